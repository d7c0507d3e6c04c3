import { ApolloClient, InMemoryCache } from '@apollo/client';
import { expect, it } from '@jest/globals';
import { createLectern, operations, type TutorEvent } from '@lectern/client';
import { lecternLink, possibleTypes, typedDocument, typePolicies } from '@lectern/client/apollo';
import { PASSWORD } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';

it('asks', async () => {
  const { server, model, lessonId, sam } = await scriptedClassroom();
  const lectern = createLectern({ url: server.url });
  await lectern.signIn({ email: sam.email, password: PASSWORD });
  expect(await lectern.me()).toMatchObject({ username: 'sam' });
  model.always((call) => call.say('A bad pivot ', 'is slow [12:45].').finish());
  const events: TutorEvent[] = [];
  for await (const event of lectern.ask({ lessonId, message: 'Why?', timestampVideo: '12:40' })) events.push(event);
  expect(events.at(-1)).toMatchObject({ __typename: 'TutorDone' });
  const client = new ApolloClient({
    link: lecternLink(lectern),
    cache: new InMemoryCache({ typePolicies, possibleTypes }),
  });
  const { data } = await client.query({ query: typedDocument(operations.courses), variables: { first: 1 } });
  expect(data?.courses.totalCount).toBe(1);
  lectern.close();
});

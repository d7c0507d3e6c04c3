import { describe, expect, it } from '@jest/globals';
import { print } from 'graphql';
import { createClient } from 'graphql-ws';
import {
  AskTutorStreamDocument,
  CoursesDocument,
  CreateCourseDocument,
  MeDocument,
  type TutorEventFieldsFragment,
} from '../support/generated/graphql.js';
import type { Person } from '../support/people.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { afterTest, type TestServer } from '../support/server.js';
import { trackedSockets } from './tracked-sockets.js';

describe('the client of graphql-ws', () => {
  it('sends queries and mutations over its one socket', async () => {
    const { server, teacher, courseId } = await scriptedClassroom();
    const { client } = wsClient(server, teacher);

    const read = await one(client.iterate({ query: print(CoursesDocument), variables: { first: 5 } }));
    expect(read).toMatchObject({ data: { courses: { totalCount: 1, nodes: [{ id: courseId }] } } });
    const input = { title: 'Hashing', status: 'PUBLISHED' };
    const written = await one(client.iterate({ query: print(CreateCourseDocument), variables: { input } }));
    expect(written).toMatchObject({ data: { createCourse: { title: 'Hashing', instructor: { username: 'ina' } } } });
  });

  it('finds the code of a refusal in the result, and goes on with the same socket', async () => {
    const { server, courseId } = await scriptedClassroom();
    const { client } = wsClient(server);
    const refusal = await one(client.iterate({ query: print(MeDocument) }));
    expect(refusal).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    await expect(one(client.iterate({ query: '{nothing}' }))).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
    const read = await one(client.iterate({ query: print(CoursesDocument) }));
    expect(read).toMatchObject({ data: { courses: { nodes: [{ id: courseId }] } } });
  });

  it('asks again by itself after its socket is lost, and offsets say what it has already', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { client, lose } = wsClient(server, sam);
    const input = { lessonId, message: 'Why?', timestampVideo: '12:40', clientRequestId: 'q1' };
    const heard = client.iterate<{ askTutorStream: TutorEventFieldsFragment }>({
      query: print(AskTutorStreamDocument),
      variables: { input },
    });

    model.always((call) => void call.say('A bad pivot '));
    let text = '';
    let connections = 1;
    for await (const { data } of heard) {
      const event = data?.askTutorStream;
      if (event?.__typename !== 'TutorToken') continue;
      text = text.slice(0, event.offset) + event.text;
      if (text !== 'A bad pivot ') continue;
      // What it has asked again begins again.
      if (connections++ === 1) lose();
      else model.calls[0]?.say('is slow.').finish();
    }
    expect(connections).toBe(3);
    expect(text).toBe('A bad pivot is slow.');
    expect(model.calls).toHaveLength(1);
    expect(await countChats(server)).toBe(1);
  });
});

function wsClient({ url }: TestServer, who?: Person) {
  const { webSocketImpl, lose } = trackedSockets();
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl,
    ...(who && { connectionParams: { authorization: `Bearer ${who.token}` } }),
  });
  afterTest(async () => client.dispose());
  return { client, lose };
}

async function one(results: AsyncIterable<unknown>): Promise<unknown> {
  for await (const result of results) return result;
  throw new Error('expected a result');
}

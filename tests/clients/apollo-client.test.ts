import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { describe, expect, it } from '@jest/globals';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import {
  AskTutorStreamDocument,
  ChatHistoryDocument,
  CourseByIdDocument,
  CoursesDocument,
  CreateCourseDocument,
  LoginDocument,
  MeDocument,
  RegisterDocument,
  type TutorEventFieldsFragment,
  TutorTokensDocument,
} from '../support/generated/graphql.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { afterTest } from '../support/server.js';
import { methodsOf } from './methods.js';
import { trackedSockets } from './tracked-sockets.js';

describe('Apollo Client with GraphQLWsLink', () => {
  it('registers, signs in, reads the catalogue, asks, loses its socket, and resumes', async () => {
    const { server, model, lessonId, courseId } = await scriptedClassroom();
    const { client, session, lose } = apolloClient(server.url);

    const person = { username: 'apollo', email: 'apollo@example.org', password: 'moon landing 1969' };
    await client.mutate({ mutation: RegisterDocument, variables: { input: person } });
    const signedIn = await client.mutate({
      mutation: LoginDocument,
      variables: { input: { email: person.email, password: person.password } },
    });
    session.token = signedIn.data?.login.accessToken ?? '';

    const catalogue = await client.query({ query: CoursesDocument, variables: {} });
    expect(catalogue.data?.courses.nodes).toMatchObject([{ id: courseId, instructor: { username: 'ina' } }]);
    const course = await client.query({ query: CourseByIdDocument, variables: { id: courseId } });
    expect(course.data?.course?.lessons).toMatchObject([{ id: lessonId, order: 1 }]);

    const input = { lessonId, message: 'Why?', timestampVideo: '12:40', clientRequestId: 'q1' };
    const heard: TutorEventFieldsFragment[] = [];
    const first = Promise.withResolvers<string>();
    const lost = client.subscribe({ query: AskTutorStreamDocument, variables: { input } }).subscribe(({ data }) => {
      if (data) heard.push(data.askTutorStream);
      if (data?.askTutorStream.__typename === 'TutorToken') first.resolve(data.askTutorStream.chatId);
    });
    const call = await model.nextCall();
    call.say('A bad pivot ');
    const chatId = await first.promise;
    lost.unsubscribe();
    lose();

    const ended = Promise.withResolvers<void>();
    const after = textOf(heard).length;
    client.subscribe({ query: TutorTokensDocument, variables: { chatId, after } }).subscribe({
      next: ({ data }) => void (data && heard.push(data.tutorTokens)),
      error: ended.reject,
      complete: ended.resolve,
    });
    call.say('is slow [12:45].').finish();
    await ended.promise;
    expect(textOf(heard)).toBe('A bad pivot is slow [12:45].');
    expect(heard.at(-1)).toMatchObject({ __typename: 'TutorDone', chat: { response: 'A bad pivot is slow [12:45].' } });

    const history = await client.query({ query: ChatHistoryDocument, variables: { lessonId } });
    expect(history.data?.chatHistory.nodes).toMatchObject([{ id: chatId, status: 'COMPLETED' }]);
  });

  it('reads by GET with useGETForQueries, with a token and without, and writes by POST', async () => {
    const { server, sam, teacher, courseId } = await scriptedClassroom();
    const { client, session } = apolloClient(server.url, { useGETForQueries: true });
    const visited = await client.query({ query: CoursesDocument, variables: { first: 5 } });
    expect(visited.data?.courses.nodes).toMatchObject([{ id: courseId }]);
    session.token = sam.token;
    const { data } = await client.query({ query: MeDocument });
    expect(data?.me.username).toBe('sam');
    session.token = teacher.token;
    await client.mutate({ mutation: CreateCourseDocument, variables: { input: { title: 'Hashing' } } });
    expect(methodsOf(server, 3)).toEqual(['GET', 'GET', 'POST']);
  });

  it('finds the code of a refusal where its error links look for it', async () => {
    const { server } = await scriptedClassroom();
    const { client } = apolloClient(server.url);
    const failure = await client.query({ query: MeDocument }).catch((error: unknown) => error);
    expect(CombinedGraphQLErrors.is(failure)).toBe(true);
    expect((failure as CombinedGraphQLErrors).errors[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});

function textOf(events: readonly TutorEventFieldsFragment[]): string {
  return events.map((event) => (event.__typename === 'TutorToken' ? event.text : '')).join('');
}

/** As an application sets it up: the token in a header, and in connectionParams for the socket. */
function apolloClient(url: string, options: Partial<HttpLink.Options> = {}) {
  const session = { token: '' };
  const authorization = () => (session.token ? { authorization: `Bearer ${session.token}` } : {});
  const { webSocketImpl, lose } = trackedSockets();
  const ws = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl,
    connectionParams: authorization,
  });
  const http = new SetContextLink(({ headers }) => ({ headers: { ...headers, ...authorization() } })).concat(
    new HttpLink({ uri: `${url}/graphql`, ...options }),
  );
  const client = new ApolloClient({
    // Apollo's cache cannot know the members of a union by itself; only named fragments on the union need to be told.
    cache: new InMemoryCache({ possibleTypes: { TutorEvent: ['TutorToken', 'TutorDone', 'TutorFailed'] } }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(ws),
      http,
    ),
  });
  afterTest(async () => {
    client.stop();
    await ws.dispose();
  });
  return { client, session, lose };
}

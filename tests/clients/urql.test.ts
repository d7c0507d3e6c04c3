import { describe, expect, it } from '@jest/globals';
import { Client, type ClientOptions, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import {
  AskTutorStreamDocument,
  CoursesDocument,
  CreateCourseDocument,
  MeDocument,
  type TutorEventFieldsFragment,
} from '../support/generated/graphql.js';
import type { Person } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { afterTest, startTestServer, type TestServer } from '../support/server.js';
import { textOf } from '../support/streams.js';
import { methodsOf } from './methods.js';

/** It prefers GET unless told otherwise. */
describe.each([
  ['by GET', {}],
  ['by POST', { preferGetMethod: false }],
] as const)('urql %s', (_how, options) => {
  it('reads, writes, and reads what it has written', async () => {
    const { server, teacher, courseId } = await scriptedClassroom();
    const client = urqlClient(server, options, teacher);

    const before = await client.query(CoursesDocument, {});
    expect(before.error).toBeUndefined();
    expect(before.data?.courses.nodes).toMatchObject([{ id: courseId, instructor: { username: 'ina' } }]);
    const made = await client.mutation(CreateCourseDocument, { input: { title: 'Hashing', status: 'PUBLISHED' } });
    expect(made.error).toBeUndefined();
    const after = await client.query(CoursesDocument, {});
    expect(after.data?.courses.nodes.map(({ title }) => title)).toEqual(['Hashing', 'A course']);
    expect(methodsOf(server, 3)).toEqual(
      'preferGetMethod' in options ? ['POST', 'POST', 'POST'] : ['GET', 'POST', 'GET'],
    );
  });
});

describe('urql', () => {
  it('reads without a token, and finds the code of a refusal where its error exchange looks for it', async () => {
    const client = urqlClient(await startTestServer());
    expect((await client.query(CoursesDocument, {})).data?.courses.totalCount).toBe(0);
    const { error } = await client.query(MeDocument, {});
    expect(error?.graphQLErrors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(error?.networkError).toBeUndefined();
  });

  it('hears an answer through graphql-ws to its end', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('A bad pivot ', 'is slow.').finish());
    const input = { lessonId, message: 'Why?', timestampVideo: '12:40', clientRequestId: 'q1' };
    const heard: TutorEventFieldsFragment[] = [];
    const ended = Promise.withResolvers<void>();
    urqlClient(server, {}, sam)
      .subscription(AskTutorStreamDocument, { input })
      .subscribe(({ data, error }) => {
        if (error) ended.reject(error);
        if (!data) return;
        heard.push(data.askTutorStream);
        if (data.askTutorStream.__typename === 'TutorDone') ended.resolve();
      });
    await ended.promise;
    expect(textOf(heard)).toBe('A bad pivot is slow.');
  });
});

/** As its documentation sets it up, with graphql-ws for subscriptions. */
function urqlClient({ url }: TestServer, options: Partial<ClientOptions> = {}, who?: Person): Client {
  const headers: Record<string, string> = who ? { authorization: `Bearer ${who.token}` } : {};
  const ws = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: headers,
  });
  afterTest(async () => ws.dispose());
  const overSocket = subscriptionExchange({
    forwardSubscription: ({ query = '', ...rest }) => ({
      subscribe: (sink) => ({ unsubscribe: ws.subscribe({ query, ...rest }, sink) }),
    }),
  });
  return new Client({
    url: `${url}/graphql`,
    exchanges: [cacheExchange, fetchExchange, overSocket],
    fetchOptions: { headers },
    ...options,
  });
}

import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ok, openSocket, request, subscribe } from '../support/client.js';
import { AskTutorDocument, HealthDocument, TutorTokensDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, PASSWORD } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { afterTest, startTestServer, temporaryFolder } from '../support/server.js';
import { runServer } from './process.js';
import { RawSocket } from './raw-socket.js';
import { sharedServer } from './shared-server.js';

const TOKENS = 'subscription { tutorTokens(chatId: 1) { __typename } }';

describe('over WebSocket', () => {
  const server = sharedServer();

  it('closes a socket that speaks no subprotocol', async () => {
    const socket = new RawSocket(server.url, { protocols: [] });

    expect(await socket.closed).toMatchObject({ code: 4406 });
  });

  it('does not open for the subprotocol of before', async () => {
    const socket = new RawSocket(server.url, { protocols: ['graphql-ws'] });

    expect(await socket.closed).toMatchObject({ code: 1006, error: expect.stringContaining('subprotocol') });
  });

  it.each(['/', '/graphql/', '/other', '/health'])('does not open at %s', async (path) => {
    const socket = new RawSocket(server.url, { path });

    expect(await socket.closed).toMatchObject({ code: 1006, error: expect.stringContaining('404') });
  });

  it('closes a socket that sends no message of the protocol', async () => {
    const socket = await RawSocket.connect(server.url);

    socket.send('{"type":"nonsense"}');

    expect(await socket.closed).toMatchObject({ code: 4400 });
  });

  it('closes a socket that subscribes before it is acknowledged', async () => {
    const hasty = new RawSocket(server.url);
    await hasty.opened;

    hasty.subscribe('1', '{ health { status } }');

    expect(await hasty.closed).toMatchObject({ code: 4401 });
  });

  it('takes a frame of almost 128 kB and closes with 1009 above', async () => {
    const socket = await RawSocket.connect(server.url);
    const health = (id: string, bytes: number) => {
      const extensions = { padding: 'x'.repeat(bytes) };
      socket.send({ id, type: 'subscribe', payload: { query: '{ health { status } }', extensions } });
    };

    health('1', 127 * 1024);
    expect((await socket.next('next')).payload).toEqual({ data: { health: { status: 'ok' } } });
    health('2', 128 * 1024);

    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  it('runs a query and a mutation', async () => {
    const socket = await RawSocket.connect(server.url);
    const input = `{ username: "wanda", email: "wanda@example.org", password: "${PASSWORD}" }`;

    socket.subscribe('1', `mutation { register(input: ${input}) { user { username } } }`);
    expect((await socket.next('next')).payload).toEqual({ data: { register: { user: { username: 'wanda' } } } });
    await socket.next('complete');
    socket.subscribe('2', 'query($s: String!) { courses(search: $s) { totalCount } }', { variables: { s: 'sorting' } });
    expect(await socket.next('next')).toEqual({
      type: 'next',
      id: '2',
      payload: { data: { courses: { totalCount: 0 } } },
    });
    expect(await socket.next('complete')).toEqual({ type: 'complete', id: '2' });
  });

  it('lets nobody subscribe without a token', async () => {
    const events = subscribe(openSocket(server.url), TutorTokensDocument, { chatId: '1' });

    const { value } = await events.next();

    expect(value?.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await events.next()).done).toBe(true);
  });

  it.each([
    ['a syntax error', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing argument', 'subscription { tutorTokens { __typename } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'two subscriptions in one',
      `${TOKENS.slice(0, -1)} b: tutorTokens(chatId: 2) { __typename } }`,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['no operation', 'fragment A on Query { health { status } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['several operations and no name', 'query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
  ])('answers %s with an error for its id alone', async (_what, query, code) => {
    const socket = await RawSocket.connect(server.url);

    socket.subscribe('1', query);
    const { id, payload } = await socket.next('error');
    socket.subscribe('2', '{ health { status } }');
    await socket.next('complete');

    expect({ id, code: payload[0].extensions.code }).toEqual({ id: '1', code });
    expect(socket.answers('1')).toHaveLength(1);
    expect(socket.answers('2').map(({ type }) => type)).toEqual(['next', 'complete']);
  });

  it('names the remedy for an operationName that is not in the document', async () => {
    const socket = await RawSocket.connect(server.url);

    socket.subscribe('1', 'query A { __typename }', { operationName: 'B' });

    const { payload } = await socket.next('error');
    expect(payload).toEqual([
      {
        message: expect.stringMatching(/operation(Name| named)/i),
        extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
      },
    ]);
  });

  it('refuses a variable of another type', async () => {
    const socket = await RawSocket.connect(server.url);

    socket.subscribe('1', 'query($n: Int) { courses(first: $n) { totalCount } }', { variables: { n: 'ten' } });
    await socket.next('complete');

    expect(socket.answers('1')[0]?.payload.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('a running stream', () => {
  it('is not disturbed by what goes wrong beside it on the socket', async () => {
    const model = await startScriptedModel();
    const server = await startTestServer({ env: model.env });
    const ina = await instructor(server);
    const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, ina.token);
    const call = await model.nextCall();
    const socket = await RawSocket.connect(server.url, ina.token);
    socket.subscribe(
      'stream',
      `subscription { tutorTokens(chatId: ${askTutor.id}) {
      ... on TutorToken { text } ... on TutorDone { chat { response } } } }`,
    );
    call.say('Because ');
    await socket.next('next');

    socket.subscribe('syntax', 'subscription {');
    expect((await socket.next('error')).id).toBe('syntax');
    socket.subscribe('unknown', 'subscription { tutorTokens(chatId: 999) { __typename } }');
    expect((await socket.next('next')).payload.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    call.say('it is.').finish();
    while ((await socket.next('complete')).id !== 'stream');

    const events = socket.answers('stream').flatMap(({ payload }) => payload?.data.tutorTokens ?? []);
    expect(events.flatMap(({ text = [] }) => text).join('')).toBe('Because it is.');
    expect(events.at(-1)).toEqual({ chat: { response: 'Because it is.' } });
  });
});

describe('an upgrade that is refused', () => {
  it('does not take the server down when the client has gone before its answer', async () => {
    const server = await runServer({ DATA_DIR: temporaryFolder() });
    const { hostname, port } = new URL(server.url);
    const handshake = [
      'GET /other HTTP/1.1',
      `Host: ${hostname}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    for (let attempt = 0; attempt < 20; attempt++) {
      const socket = connect(Number(port), hostname);
      afterTest(async () => void socket.destroy());
      socket.on('error', () => {});
      const closed = new Promise((resolve) => socket.once('close', resolve));
      await Promise.race([closed, new Promise((resolve) => socket.once('connect', resolve))]);
      socket.write(`${handshake.join('\r\n')}\r\n\r\n`);
      await Promise.race([closed, new Promise((resolve) => socket.once('data', resolve))]);
      socket.resetAndDestroy();
    }

    expect(await Promise.race([request(server.url, HealthDocument, {}), server.exit])).toMatchObject({ status: 200 });
    expect(server.stderr()).toBe('');
  });
});

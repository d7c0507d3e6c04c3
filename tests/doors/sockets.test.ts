import { describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { disable } from '../../src/accounts/administer.service.js';
import { ok } from '../support/client.js';
import { LogoutDocument } from '../support/generated/graphql.js';
import { student } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { afterTest, startTestServer, type TestServer } from '../support/server.js';

describe('sockets', () => {
  it('of an account are at most as many as SOCKETS_PER_USER says, and a closed one makes room', async () => {
    const server = await startTestServer({ env: { SOCKETS_PER_USER: '2' } });
    const { token } = await student(server);
    const first = await open(server, token);
    await open(server, token);
    const third = await connect(server, token);
    expect((await third.closed).code).toBe(1013);
    first.socket.close();
    await first.closed;
    await open(server, token);
    const eve = await student(server, 'eve');
    await open(server, eve.token);
  });

  it.each(['logout', 'disable'])('end with 4403 after %s, with a stream that runs on them', async (how) => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { socket, closed } = await open(server, sam.token);
    const query = 'subscription($i:AskTutorInput!){askTutorStream(input:$i){__typename}}';
    const variables = { i: { lessonId, message: 'Why?', clientRequestId: 'q' } };
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
    const call = await model.nextCall();
    if (how === 'logout') await ok(server.url, LogoutDocument, {}, sam.token);
    else await disable(server.app, sam.email);
    expect((await closed).code).toBe(4403);
    call.finish();
  });

  it('run at most twenty operations each; the twenty-first alone is refused', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom({ env: { TUTOR_RUNNING_PER_USER: '50' } });
    const { socket, next } = await open(server, sam.token);
    const query = 'subscription($i:AskTutorInput!){askTutorStream(input:$i){__typename}}';
    for (let n = 1; n <= 21; n++) {
      const variables = { i: { lessonId, message: 'Why?', clientRequestId: 'the same' } };
      socket.send(JSON.stringify({ id: String(n), type: 'subscribe', payload: { query, variables } }));
    }
    expect(await next('error')).toMatchObject({ id: '21', payload: [{ extensions: { code: 'RATE_LIMITED' } }] });
    (await model.nextCall()).say('Yes.').finish();
    expect(await next('complete')).toBeDefined();
  });

  it('that send too many messages are closed with 1008', async () => {
    const server = await startTestServer();
    const { socket, closed } = await open(server);
    for (let n = 0; n < 300; n++) socket.send(JSON.stringify({ type: 'ping' }));
    expect((await closed).code).toBe(1008);
  });

  it('that send too many pings of the protocol are closed with 1008', async () => {
    const server = await startTestServer();
    const { socket, closed } = await open(server);
    // One after the other: a burst is cut by the library.
    socket.on('pong', () => socket.ping());
    socket.ping();
    expect((await closed).code).toBe(1008);
  });

  it('that send large messages are closed with 1008 the sooner, and cut when they go on', async () => {
    const server = await startTestServer();
    const { socket, closed } = await open(server);
    const large = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(120 * 1024) } });
    for (let n = 0; n < 14; n++) socket.send(large);
    expect((await closed).code).toBe(1008);

    const deaf = await open(server);
    deaf.socket.pause();
    for (let n = 0; n < 30; n++) deaf.socket.send(large);
    await until(
      () => server.app.metrics.scrape(),
      (text) => text.includes('lectern_sockets_open 0'),
    );
  });

  it('that send a message in more than 128 fragments are closed with 1008', async () => {
    const server = await startTestServer();
    const { socket, closed } = await open(server);
    for (let n = 0; n < 150; n++) socket.send('x', { fin: false });
    expect((await closed).code).toBe(1008);
  });

  it.each([
    ['text that is no message', 'nonsense', 4400],
    ['a second connection_init', '{"type":"connection_init"}', 4429],
    ['a frame above 128 kB', 'x'.repeat(130 * 1024), 1009],
  ])('that send %s are closed with their code', async (_what, text, code) => {
    const server = await startTestServer();
    const { socket, closed } = await open(server);
    socket.send(text);
    expect((await closed).code).toBe(code);
  });

  it('that subscribe before connection_init are closed with 4401, and twice with one id with 4409', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    const early = await connect(server, undefined, false);
    early.socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{__typename}' } }));
    expect((await early.closed).code).toBe(4401);
    const { socket, closed } = await open(server, sam.token);
    const query = `subscription{askTutorStream(input:{lessonId:${lessonId} message:"Why?" clientRequestId:"q"}){__typename}}`;
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    await model.nextCall();
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    expect((await closed).code).toBe(4409);
  });
});

interface Message {
  id?: string;
  type: string;
  payload?: unknown;
}

/** Asks again until the answer is the one. */
async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<void> {
  while (!isIt(await ask())) await new Promise((resolve) => setImmediate(resolve));
}

async function connect(server: TestServer, token?: string, init = true) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  afterTest(async () => socket.terminate());
  const closed = new Promise<{ code: number }>((resolve) => socket.once('close', (code) => resolve({ code })));
  const received: Message[] = [];
  let wake = () => {};
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)));
    wake();
  });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  const payload = token ? { authorization: `Bearer ${token}` } : {};
  if (init) socket.send(JSON.stringify({ type: 'connection_init', payload }));
  /** The first message of a type, as soon as it has come. */
  async function next(type: string): Promise<Message> {
    for (;;) {
      const found = received.find((message) => message.type === type);
      if (found) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  return { socket, closed, next };
}

async function open(server: TestServer, token?: string) {
  const connection = await connect(server, token);
  await connection.next('connection_ack');
  return connection;
}

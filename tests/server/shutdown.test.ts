import { connect, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { pause } from '../../src/shared/abortable.js';
import { ok, refused } from '../support/client.js';
import {
  AskTutorDocument,
  ChatMessageByIdDocument,
  CreditHistoryDocument,
  HealthDocument,
  MeDocument,
} from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, student } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { afterTest, startTestServer, type TestServer, temporaryFolder } from '../support/server.js';
import { runServer } from './process.js';
import { RawSocket } from './raw-socket.js';

/** A server process with a lesson, a student, and a model that the test speaks for. */
async function serverWithLesson(env: Record<string, string>, program?: string) {
  const model = await startScriptedModel();
  const dataDir = temporaryFolder();
  const server = await runServer({ DATA_DIR: dataDir, ...model.env, ...env }, program);
  const at = { url: server.url } as TestServer;
  const ina = await instructor(at);
  const lessonId = await lessonOf(at, ina, await courseOf(at, ina));
  return { model, dataDir, server, lessonId, sam: await student(at) };
}

/** The same with an answer that runs, has said "Because ", and is followed over a socket. */
async function serverWithRunningAnswer(env: Record<string, string>, program?: string) {
  const { model, sam, lessonId, ...rest } = await serverWithLesson(env, program);
  const socket = await RawSocket.connect(rest.server.url, sam.token);
  const query = `subscription Ask($input: AskTutorInput!) { askTutorStream(input: $input) {
    __typename
    ... on TutorToken { chatId text }
    ... on TutorDone { chat { status response } }
    ... on TutorFailed { code chat { status response } } } }`;
  const input = { lessonId, message: 'Why?', clientRequestId: 'q1' };
  socket.subscribe('1', query, { variables: { input } });
  const call = await model.nextCall();
  call.say('Because ');
  const { payload } = await socket.next('next');
  expect(payload.data.askTutorStream).toMatchObject({ text: 'Because ' });
  const events = () => socket.answers('1').flatMap((message) => message.payload?.data.askTutorStream ?? []);
  return { ...rest, lessonId, sam, socket, call, chatId: payload.data.askTutorStream.chatId as string, events };
}

/** A connection that says what it is told to and then nothing more. */
async function silentConnection(url: string, lines: string[]): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  afterTest(async () => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(lines.join('\r\n'));
  return socket;
}

describe('a server that is told to stop', () => {
  it('lets a running answer end within the grace, refuses new ones, and closes the socket with 1012', async () => {
    const { server, sam, lessonId, socket, call, events } = await serverWithRunningAnswer({
      SHUTDOWN_GRACE_MS: '600000',
    });

    server.signal('SIGTERM');
    await server.says('"stopping"');
    const input = { lessonId, message: 'And now?' };
    const error = await refused(server.url, AskTutorDocument, { input }, sam.token);
    const { health } = await ok(server.url, HealthDocument, {});
    call.say('it is.').finish();

    expect(error).toMatchObject({ code: 'TUTOR_BUSY', retryAfterSeconds: expect.any(Number) });
    expect(health.tutor.ready).toBe(false);
    expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(await server.exit).toBe(0);
    expect(events().at(-1)).toEqual({
      __typename: 'TutorDone',
      chat: { status: 'COMPLETED', response: 'Because it is.' },
    });
    expect(socket.answers('1').at(-1)?.type).toBe('complete');
  });

  it('answers who waits for an answer by HTTP before it goes', async () => {
    const { server, sam, lessonId, model } = await serverWithLesson({ SHUTDOWN_GRACE_MS: '600000' });
    const input = { lessonId, message: 'Why?' };
    const answered = ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    const call = await model.nextCall();

    server.signal('SIGTERM');
    await server.says('"stopping"');
    call.say('Because it is.').finish();

    expect((await answered).askTutor).toMatchObject({ status: 'COMPLETED', response: 'Because it is.' });
    expect(await server.exit).toBe(0);
  });

  it('ends an answer that outlasts the grace as INTERRUPTED, says so to its subscriber, and keeps it so', async () => {
    const { server, sam, socket, call, chatId, dataDir, events } = await serverWithRunningAnswer({
      SHUTDOWN_GRACE_MS: '0',
    });

    server.signal('SIGTERM');

    expect(await socket.closed).toMatchObject({ code: 1012 });
    expect(await server.exit).toBe(0);
    await call.closed;
    expect(events().at(-1)).toEqual({
      __typename: 'TutorFailed',
      code: 'TUTOR_INTERRUPTED',
      chat: { status: 'INTERRUPTED', response: 'Because ' },
    });

    const restarted = await startTestServer({ dataDir });
    const { chatMessage } = await ok(restarted.url, ChatMessageByIdDocument, { id: chatId }, sam.token);
    expect(chatMessage).toMatchObject({
      status: 'INTERRUPTED',
      response: 'Because ',
      failureCode: 'TUTOR_INTERRUPTED',
      completedAt: expect.any(String),
    });
    const { creditHistory } = await ok(restarted.url, CreditHistoryDocument, {}, sam.token);
    expect(creditHistory.nodes.map(({ reason }) => reason)).toEqual(['RELEASE', 'HOLD', 'SIGNUP']);
    const { me } = await ok(restarted.url, MeDocument, {}, sam.token);
    expect(me.credits).toBe(100 - (chatMessage?.creditsCharged ?? 0));
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'closes idle sockets with 1012 and ends with status 0 at %s',
    async (signal) => {
      const server = await runServer({ DATA_DIR: temporaryFolder() });
      const socket = await RawSocket.connect(server.url);

      server.signal(signal);

      expect(await socket.closed).toMatchObject({ code: 1012 });
      expect(await server.exit).toBe(0);
      expect(server.stderr()).toBe('');
      expect(server.stdout()).not.toMatch(/"level":(?:40|50|60)/);
    },
  );

  it('serves all for SHUTDOWN_DELAY_MS, while balancers are told to go elsewhere, and then takes no question', async () => {
    const { server, model, sam, lessonId } = await serverWithLesson({ SHUTDOWN_DELAY_MS: '3000' });
    model.always((call) => call.say('Because.').finish());

    server.signal('SIGTERM');
    await server.says('"stopping"');

    const ready = await fetch(`${server.url}/ready`);
    expect(ready.status).toBe(503);
    expect((await ready.json()).errors[0].extensions.notReady).toEqual(['draining']);
    const input = { lessonId, message: 'Why?' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor).toMatchObject({ status: 'COMPLETED', response: 'Because.' });
    expect(await server.exit).toBe(0);
  });

  it('takes a signal that comes twice at once for one, and ends at once at a later one', async () => {
    const { server, call, socket } = await serverWithRunningAnswer({ SHUTDOWN_GRACE_MS: '600000' });
    server.signal('SIGTERM');
    await server.says('"stopping"');
    server.signal('SIGTERM');
    // A later one is another wish: until then the process has had time to end of the second.
    await pause(1100);
    call.say('it is.');
    expect((await socket.next('next')).payload.data.askTutorStream).toMatchObject({ text: 'it is.' });
    server.signal('SIGTERM');

    expect(await server.exit).toBe('SIGTERM');
  });

  it('leaves nothing open: without process.exit the process ends by itself', async () => {
    const { server, socket, call, events } = await serverWithRunningAnswer(
      { SHUTDOWN_GRACE_MS: '0' },
      'tests/server/stoppable-server.mjs',
    );

    server.closeInput();

    expect(await server.exit).toBe(0);
    expect(await socket.closed).toMatchObject({ code: 1012 });
    await call.closed;
    expect(events().at(-1)).toMatchObject({ code: 'TUTOR_INTERRUPTED' });
  });

  it.each([
    [
      'a request that never ends',
      ['POST /graphql HTTP/1.1', 'Host: lectern', 'Content-Type: application/json', 'Content-Length: 99', '', '{'],
    ],
    [
      'a socket that never answers',
      [
        'GET /graphql HTTP/1.1',
        'Host: lectern',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        '',
        '',
      ],
    ],
  ])(
    'does not wait for %s',
    async (_what, lines) => {
      const server = await runServer({ DATA_DIR: temporaryFolder(), SHUTDOWN_GRACE_MS: '0' });
      await silentConnection(server.url, lines);
      // Answered after what was written before it.
      await ok(server.url, HealthDocument, {});

      server.signal('SIGTERM');

      expect(await server.exit).toBe(0);
    },
    10_000,
  );
});

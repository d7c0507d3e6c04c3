import { describe, expect, it } from '@jest/globals';
import { settableClock } from '../accounts/clock.js';
import { refused, request } from '../support/client.js';
import {
  AskTutorDocument,
  CoursesDocument,
  HealthDocument,
  MeDocument,
  RegisterDocument,
} from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, PASSWORD, student } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { RawSocket } from './raw-socket.js';

const SECRET_TEXT = 'the vault is at shelf 42';
const MASKED = /^Something went wrong on the server\. Report it with this id: ([\w-]{36})$/;
const REGISTER = `mutation { register(input: { username: "sam", email: "sam@example.org", password: "${PASSWORD}" }) { expiresIn } }`;

/** A clock that fails like a bug in the server would, once it is told to. */
function failingClock() {
  const clock = settableClock();
  const fail = () => {
    clock.now = () => {
      throw new TypeError(SECRET_TEXT);
    };
  };
  return { clock, fail };
}

/** The one line of the log with this id. */
function logged(server: TestServer, errorId: unknown) {
  const lines = server.logLines().map((line) => JSON.parse(line));
  const found = lines.filter((line) => line.errorId === errorId);
  expect(found).toHaveLength(1);
  return found[0];
}

describe('an unexpected error', () => {
  it('is shown over HTTP by the id of its line in the log alone', async () => {
    const { clock, fail } = failingClock();
    const server = await startTestServer({ clock });
    fail();

    const input = { username: 'sam', email: 'sam@example.org', password: PASSWORD };
    const { status, data, errors } = await request(server.url, RegisterDocument, { input });

    expect({ status, data }).toEqual({ status: 200, data: null });
    expect(errors).toHaveLength(1);
    const [error] = errors;
    expect(error).toMatchObject({ message: expect.stringMatching(MASKED), path: ['register'] });
    const errorId = MASKED.exec(error?.message ?? '')?.[1];
    expect(error?.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId });
    expect(JSON.stringify(errors)).not.toContain('shelf');
    expect(logged(server, errorId)).toMatchObject({
      level: 50,
      err: { type: 'TypeError', message: SECRET_TEXT, stack: expect.stringMatching(/account\.service/) },
    });
  });

  it('is shown over WebSocket by the id of its line in the log alone, and the socket goes on', async () => {
    const { clock, fail } = failingClock();
    const server = await startTestServer({ clock });
    const socket = await RawSocket.connect(server.url);
    fail();

    socket.subscribe('1', REGISTER);
    const { payload } = await socket.next('next');

    const [error] = payload.errors;
    expect(error.message).toMatch(MASKED);
    expect(error.extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', errorId: MASKED.exec(error.message)?.[1] });
    expect(logged(server, error.extensions.errorId)).toMatchObject({ err: { message: SECRET_TEXT } });
    socket.subscribe('2', '{ health { status } }');
    expect((await socket.next('next')).payload).toEqual({ data: { health: { status: 'ok' } } });
    expect(JSON.stringify(socket.received)).not.toContain('shelf');
  });

  it('is masked when the context of a request cannot be made', async () => {
    const server = await startTestServer();
    const { token } = await student(server);
    await server.app.read.destroy();

    const me = await refused(server.url, MeDocument, {}, token);
    const courses = await refused(server.url, CoursesDocument, {});

    for (const { message, code, errorId } of [me, courses]) {
      expect({ message, code }).toEqual({ message: expect.stringMatching(MASKED), code: 'INTERNAL_SERVER_ERROR' });
      expect(logged(server, errorId).err.stack).toMatch(/destroyed|not open|calling end/);
    }
  });

  it('is masked and logged when a socket cannot be opened for it', async () => {
    const server = await startTestServer();
    const { token } = await student(server);
    await server.app.read.destroy();

    const socket = new RawSocket(server.url);
    await socket.init({ authorization: `Bearer ${token}` });
    const { reason } = await socket.closed;

    expect(reason).not.toMatch(/destroyed|not open|calling end/);
    expect(JSON.stringify(socket.received)).not.toMatch(/destroyed|not open|calling end/);
    const lines = server.logLines().map((line) => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ level: 50, errorId: expect.stringMatching(/^[\w-]{36}$/) }));
  });

  it('is masked and logged when it comes in the middle of a stream, whose socket goes on', async () => {
    const model = await startScriptedModel();
    const server = await startTestServer({ env: model.env });
    const ina = await instructor(server);
    const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
    const ask = { input: { lessonId, message: 'Why?' } };
    const { data } = await request(server.url, AskTutorDocument, ask, ina.token);
    const call = await model.nextCall();
    const socket = await RawSocket.connect(server.url, ina.token);
    socket.subscribe('1', `subscription { tutorTokens(chatId: ${data?.askTutor.id}) { ... on TutorToken { text } } }`);
    call.say('Because ');
    await socket.next('next');

    await server.app.read.destroy();
    call.say('it is.').finish();
    const ending = await Promise.race([
      socket.next('error'),
      socket.next('complete'),
      socket.closed.then(({ code }) => ({ type: `closed with ${code}` })),
    ]);

    const errors = socket
      .answers('1')
      .flatMap(({ type, payload }) => (type === 'error' ? payload : (payload?.errors ?? [])));
    expect({ ending: ending.type, errors }).toMatchObject({
      ending: expect.stringMatching(/^(error|complete)$/),
      errors: [{ message: expect.stringMatching(MASKED), extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(JSON.stringify(socket.received)).not.toMatch(/destroyed|not open|calling end/);
    expect(logged(server, errors[0].extensions.errorId).err.stack).toMatch(/destroyed|not open|calling end/);
  });

  it('does not hide from health that the database is gone', async () => {
    const server = await startTestServer();
    await server.app.read.destroy();

    const { data } = await request(server.url, HealthDocument, {});

    expect(data?.health).toMatchObject({ status: 'degraded', database: 'unreachable' });
  });
});

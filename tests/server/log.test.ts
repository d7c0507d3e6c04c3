import { describe, expect, it } from '@jest/globals';
import { settableClock } from '../accounts/clock.js';
import { ok, refused, request } from '../support/client.js';
import {
  AskTutorDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
  RefreshSessionDocument,
  RegisterDocument,
} from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, PASSWORD, student } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { RawSocket } from './raw-socket.js';

const EMAIL = 'sam.sample+school@example.org';

const logOf = (server: TestServer) => server.logLines().join('');

describe('the log', () => {
  it('holds at most 200 lines of requests in a second, and then how many were left out', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const ask = () => fetch(`${server.url}/health`);
    for (let n = 0; n < 203; n++) await ask();
    clock.pass(1000);
    await ask();

    const lines = server.logLines().map((line) => JSON.parse(line));

    expect(lines.filter(({ msg }) => msg === 'request')).toHaveLength(201);
    expect(lines.filter(({ msg }) => msg === 'more requests')).toMatchObject([{ leftOut: 3 }]);
  });

  it('holds no password, token or e-mail address of who registers, signs in and goes', async () => {
    const server = await startTestServer();
    const input = { username: 'sam', email: EMAIL, password: PASSWORD };
    const { register } = await ok(server.url, RegisterDocument, { input });
    await refused(server.url, RegisterDocument, { input });
    const { login } = await ok(server.url, LoginDocument, { input: { email: EMAIL, password: PASSWORD } });
    await refused(server.url, LoginDocument, { input: { email: EMAIL, password: 'a loud library' } });
    const { refreshToken } = login;
    const { refreshSession } = await ok(server.url, RefreshSessionDocument, { refreshToken });
    await ok(server.url, MeDocument, {}, refreshSession.accessToken);
    await RawSocket.connect(server.url, refreshSession.accessToken);
    await ok(server.url, LogoutDocument, {}, refreshSession.accessToken);
    await refused(server.url, MeDocument, {}, refreshSession.accessToken);
    await refused(server.url, RefreshSessionDocument, { refreshToken });

    const log = logOf(server);

    expect(log.match(/"msg":"request"/g)?.length).toBeGreaterThanOrEqual(8);
    for (const pair of [register, login, refreshSession]) {
      expect(log).not.toContain(pair.accessToken);
      expect(log).not.toContain(pair.refreshToken);
    }
    for (const secret of [PASSWORD, 'loud', EMAIL, 'sample', '@', server.app.config.jwtSecret, '$argon2']) {
      expect(log).not.toContain(secret);
    }
  });

  it('holds no token that is not valid', async () => {
    const server = await startTestServer();

    await request(server.url, MeDocument, {}, 'garbage-of-eve');

    expect(logOf(server)).toContain('"msg":"request"');
    expect(logOf(server)).not.toContain('garbage');
  });

  it('holds the path of a GET without its query and variables', async () => {
    const server = await startTestServer();
    const variables = JSON.stringify({ search: EMAIL, secret: PASSWORD });
    const query = 'query($search: String) { courses(search: $search) { totalCount } }';

    await fetch(`${server.url}/graphql?${new URLSearchParams({ query, variables })}`);
    await fetch(`${server.url}/nothing/${EMAIL}?token=${PASSWORD}`);

    const lines = server.logLines().map((line) => JSON.parse(line));
    expect(lines).toContainEqual(expect.objectContaining({ path: '/graphql', msg: 'request' }));
    for (const secret of ['totalCount', EMAIL, encodeURIComponent(EMAIL), 'quiet', 'example.org']) {
      expect(logOf(server)).not.toContain(secret);
    }
  });

  it('holds an unexpected error without the secrets in its text', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { token, refreshToken } = await student(server);
    clock.now = () => {
      throw new Error(`no row for ${EMAIL} with Bearer ${token}, ${token} and sk-live-0123456789abcdef`);
    };

    const error = await refused(server.url, RefreshSessionDocument, { refreshToken });

    const line = server.logLines().find((each) => each.includes(String(error.errorId)));
    expect(line).toContain('no row for [e-mail]');
    for (const secret of [EMAIL, token, 'sk-live', refreshToken]) expect(logOf(server)).not.toContain(secret);
  });

  it('holds no key of the model when its provider repeats it in an error', async () => {
    const model = await startScriptedModel();
    const key = model.env.OPENAI_API_KEY ?? '';
    model.always((call) => call.refuse(401, { error: { message: `Incorrect API key provided: ${key}.` } }));
    const server = await startTestServer({ env: model.env });
    const ina = await instructor(server);
    const lessonId = await lessonOf(server, ina, await courseOf(server, ina));

    const input = { lessonId, message: 'Why?' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, ina.token);

    expect(askTutor).toMatchObject({ status: 'FAILED', failureCode: 'TUTOR_UNAVAILABLE' });
    expect(JSON.stringify(askTutor)).not.toContain('API key');
    expect(logOf(server)).toContain('Incorrect API key provided');
    expect(logOf(server)).not.toContain(key);
  });

  it('is as talkative as LOG_LEVEL says', async () => {
    const server = await startTestServer({ env: { LOG_LEVEL: 'warn' } });

    await fetch(`${server.url}/health`);

    expect(server.logLines()).toEqual([]);
  });
});

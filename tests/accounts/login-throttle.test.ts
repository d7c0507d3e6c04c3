import { describe, expect, it } from '@jest/globals';
import { ok, refused, request } from '../support/client.js';
import { LoginDocument, LoginThreeTimesDocument, RefreshSessionDocument } from '../support/generated/graphql.js';
import { PASSWORD, student } from '../support/people.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/server.js';
import { settableClock } from './clock.js';
import { from, post } from './post.js';

const SECOND_MS = 1000;
const WRONG = 'a loud library';

const throttled = (perAccount: number, perAddress: number, options: TestServerOptions = {}) =>
  startTestServer({
    ...options,
    env: {
      RATE_LOGIN_FAILURES_PER_ACCOUNT: String(perAccount),
      RATE_LOGIN_FAILURES_PER_ADDRESS: String(perAddress),
      TRUST_PROXY: '1',
    },
  });

const login = async (server: TestServer, email: string, password: string, address = '203.0.113.1') =>
  (await post(server, LoginDocument, { input: { email, password } }, from(address))).code;

async function fail(server: TestServer, email: string, times: number, address?: string) {
  for (let failures = 0; failures < times; failures++) {
    expect(await login(server, email, WRONG, address)).toBe('INVALID_CREDENTIALS');
  }
}

describe('failed sign-ins to an account', () => {
  it('beyond 10 refuse the right password too, from any address, and say for how long', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock, env: { TRUST_PROXY: '1' } });
    const { email } = await student(server);
    await fail(server, email, 10);
    clock.pass(60 * SECOND_MS);

    const error = await refused(server.url, LoginDocument, { input: { email, password: PASSWORD } });

    const message = 'Too many failed sign-ins: try again in 240 seconds.';
    expect(error).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 240, message });
    expect(await login(server, email, PASSWORD, '198.51.100.7')).toBe('RATE_LIMITED');
    expect(await login(server, email.toUpperCase(), PASSWORD)).toBe('RATE_LIMITED');
  });

  it('let the right password in again after 5 minutes', async () => {
    const clock = settableClock();
    const server = await throttled(2, 0, { clock });
    const { email } = await student(server);
    await fail(server, email, 2);

    clock.pass(300 * SECOND_MS - 1);
    expect(await login(server, email, PASSWORD)).toBe('RATE_LIMITED');
    clock.pass(1);

    expect(await login(server, email, PASSWORD)).toBe('OK');
  });

  it('are counted alike for an e-mail that has no account', async () => {
    const server = await throttled(2, 0);

    await fail(server, 'nobody@example.org', 2);

    expect(await login(server, 'nobody@example.org', WRONG)).toBe('RATE_LIMITED');
  });

  it('leave other accounts alone', async () => {
    const server = await throttled(2, 0);
    const sam = await student(server, 'sam');
    const eve = await student(server, 'eve');
    await fail(server, sam.email, 2);

    expect(await login(server, eve.email, PASSWORD)).toBe('OK');
  });

  it('are only those that fail', async () => {
    const server = await throttled(2, 2);
    const { email } = await student(server);
    await fail(server, email, 1);

    for (let success = 0; success < 5; success++) expect(await login(server, email, PASSWORD)).toBe('OK');

    await fail(server, email, 1);
    expect(await login(server, email, PASSWORD)).toBe('RATE_LIMITED');
  });

  it('let through as many guesses as they may be, when all come at once', async () => {
    const server = await throttled(5, 0);
    const { email } = await student(server);

    const codes = await Promise.all(Array.from({ length: 20 }, () => login(server, email, WRONG)));

    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(5);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(15);
  });

  it('are counted singly when one document signs in several times', async () => {
    const server = await throttled(3, 0);
    const { email } = await student(server);
    const right = { email, password: PASSWORD };
    const wrong = { email, password: WRONG };

    // The first that fails ends the document: what stands after it does not run.
    const variables = { first: right, second: wrong, third: wrong };
    for (let document = 0; document < 3; document++) {
      const { errors } = await request(server.url, LoginThreeTimesDocument, variables);
      expect(errors).toMatchObject([{ path: ['second'], extensions: { code: 'INVALID_CREDENTIALS' } }]);
    }

    const { errors } = await request(server.url, LoginThreeTimesDocument, variables);
    expect(errors).toMatchObject([{ path: ['first'], extensions: { code: 'RATE_LIMITED' } }]);
  });

  it('are not counted where the rate is 0', async () => {
    const server = await throttled(0, 0);
    const { email } = await student(server);

    await fail(server, email, 12);

    expect(await login(server, email, PASSWORD)).toBe('OK');
  });
});

describe('failed sign-ins from an address', () => {
  it('refuse every account there, and none elsewhere', async () => {
    const server = await throttled(0, 3);
    const { email } = await student(server);
    for (const name of ['one', 'two', 'three']) await fail(server, `${name}@example.org`, 1);

    expect(await login(server, email, PASSWORD)).toBe('RATE_LIMITED');
    expect(await login(server, email, PASSWORD, '203.0.113.2')).toBe('OK');
  });

  it('let in again after 5 minutes', async () => {
    const clock = settableClock();
    const server = await throttled(0, 2, { clock });
    const { email } = await student(server);
    await fail(server, email, 2);
    expect(await login(server, email, PASSWORD)).toBe('RATE_LIMITED');

    clock.pass(300 * SECOND_MS);

    expect(await login(server, email, PASSWORD)).toBe('OK');
  });

  it('do not lock a classroom out that signs in at once', async () => {
    const server = await throttled(2, 3);
    const pupils = [];
    for (let n = 0; n < 12; n++) pupils.push(await student(server, `pupil-${n}`));
    await fail(server, 'mistyped@example.org', 2);

    const codes = await Promise.all(pupils.map(({ email }) => login(server, email, PASSWORD)));

    expect(new Set(codes)).toEqual(new Set(['OK']));
  });

  it('are those of the whole /64 of IPv6', async () => {
    const server = await throttled(0, 2);
    const { email } = await student(server);
    await fail(server, email, 1, '2001:db8:1:2::1');
    await fail(server, email, 1, '2001:db8:1:2:ffff::9');

    expect(await login(server, email, PASSWORD, '2001:db8:1:2:3:4:5:6')).toBe('RATE_LIMITED');
    expect(await login(server, email, PASSWORD, '2001:db8:1:3::1')).toBe('OK');
  });
});

describe('refresh tokens that are not valid, from an address', () => {
  it('are refused beyond the limit, while valid ones and sign-ins go on', async () => {
    const clock = settableClock();
    const server = await throttled(0, 2, { clock });
    const { email, refreshToken } = await student(server);
    const refresh = (token: string) => request(server.url, RefreshSessionDocument, { refreshToken: token });
    const codeOf = async (token: string) => (await refresh(token)).errors[0]?.extensions.code ?? 'OK';

    expect([await codeOf('a'), await codeOf('b'), await codeOf('c')]).toEqual([
      'INVALID_TOKEN',
      'INVALID_TOKEN',
      'RATE_LIMITED',
    ]);
    expect((await refresh('d')).errors[0]?.extensions.retryAfterSeconds).toBe(300);
    expect(await codeOf(refreshToken)).toBe('OK');
    expect((await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } })).login.user.email).toBe(
      email,
    );

    clock.pass(300 * SECOND_MS);
    expect(await codeOf('a')).toBe('INVALID_TOKEN');
  });
});

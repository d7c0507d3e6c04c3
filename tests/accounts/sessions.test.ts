import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import {
  LoginDocument,
  LogoutDocument,
  MeDocument,
  RefreshSessionDocument,
  RevokeSessionDocument,
  SessionsDocument,
} from '../support/generated/graphql.js';
import { PASSWORD, type Person, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { settableClock } from './clock.js';
import { post } from './post.js';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** Signs in on another device. */
async function signIn(server: TestServer, { email }: Person, userAgent = 'a phone') {
  const input = { email, password: PASSWORD };
  const { data } = await post(server, LoginDocument, { input }, { 'user-agent': userAgent });
  if (!data) throw new Error('expected to sign in');
  return data.login;
}

const sessionsOf = async ({ url }: TestServer, token: string) => (await ok(url, SessionsDocument, {}, token)).sessions;

describe('sessions', () => {
  it('lists the own live sessions, the last used first, and says which one asks', async () => {
    const clock = settableClock(Date.UTC(2026, 0, 31, 12));
    const server = await startTestServer({ clock });
    const sam = await student(server, 'sam');
    await student(server, 'eve');
    clock.pass(MINUTE_MS);
    await signIn(server, sam, 'a phone');

    const sessions = await sessionsOf(server, sam.token);

    expect(sessions).toEqual([
      {
        id: expect.stringMatching(/^\d+$/),
        createdAt: '2026-01-31T12:01:00.000Z',
        lastUsedAt: '2026-01-31T12:01:00.000Z',
        expiresAt: '2026-03-02T12:01:00.000Z',
        current: false,
        userAgent: 'a phone',
      },
      expect.objectContaining({ createdAt: '2026-01-31T12:00:00.000Z', current: true }),
    ]);
  });

  it('says what a refresh changes, and keeps 200 characters of the user agent', async () => {
    const clock = settableClock(Date.UTC(2026, 0, 31, 12));
    const server = await startTestServer({ clock });
    const { refreshToken } = await student(server);
    clock.pass(MINUTE_MS);

    const { data } = await post(server, RefreshSessionDocument, { refreshToken }, { 'user-agent': 'b'.repeat(300) });

    expect(await sessionsOf(server, data?.refreshSession.accessToken ?? '')).toEqual([
      expect.objectContaining({
        createdAt: '2026-01-31T12:00:00.000Z',
        lastUsedAt: '2026-01-31T12:01:00.000Z',
        expiresAt: '2026-03-02T12:01:00.000Z',
        userAgent: 'b'.repeat(200),
      }),
    ]);
  });

  it('leaves out what has ended or expired', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const sam = await student(server);
    const phone = await signIn(server, sam);
    await ok(server.url, LogoutDocument, {}, phone.accessToken);
    expect(await sessionsOf(server, sam.token)).toHaveLength(1);

    clock.pass(30 * DAY_MS);
    const tablet = await signIn(server, sam, 'a tablet');

    expect(await sessionsOf(server, tablet.accessToken)).toEqual([expect.objectContaining({ userAgent: 'a tablet' })]);
  });

  it('asks who sends no token to sign in', async () => {
    const server = await startTestServer();

    expect((await refused(server.url, SessionsDocument, {})).code).toBe('UNAUTHENTICATED');
  });
});

describe('revokeSession', () => {
  it('ends a session on another device at once', async () => {
    const server = await startTestServer();
    const sam = await student(server);
    const phone = await signIn(server, sam);
    const id = (await sessionsOf(server, sam.token)).find(({ current }) => !current)?.id ?? '';

    expect(await ok(server.url, RevokeSessionDocument, { id }, sam.token)).toEqual({ revokeSession: true });

    expect((await refused(server.url, MeDocument, {}, phone.accessToken)).code).toBe('UNAUTHENTICATED');
    const { refreshToken } = phone;
    expect((await refused(server.url, RefreshSessionDocument, { refreshToken })).code).toBe('INVALID_TOKEN');
    expect(await sessionsOf(server, sam.token)).toHaveLength(1);
  });

  it('ends the session that asks', async () => {
    const server = await startTestServer();
    const { token } = await student(server);
    const [own] = await sessionsOf(server, token);

    await ok(server.url, RevokeSessionDocument, { id: own?.id ?? '' }, token);

    expect((await refused(server.url, MeDocument, {}, token)).code).toBe('UNAUTHENTICATED');
  });

  it('knows neither another’s session nor one that has ended nor one that is none', async () => {
    const server = await startTestServer();
    const sam = await student(server, 'sam');
    const eve = await student(server, 'eve');
    const [others] = await sessionsOf(server, eve.token);
    const phone = await signIn(server, sam);
    const [ended] = await sessionsOf(server, phone.accessToken);
    await ok(server.url, LogoutDocument, {}, phone.accessToken);

    for (const id of [others?.id ?? '', ended?.id ?? '', '1000000', '0', '-1', 'sam', '']) {
      expect((await refused(server.url, RevokeSessionDocument, { id }, sam.token)).code).toBe('NOT_FOUND');
    }
    expect((await ok(server.url, MeDocument, {}, eve.token)).me.id).toBe(eve.id);
  });

  it('asks who sends no token to sign in', async () => {
    const server = await startTestServer();

    expect((await refused(server.url, RevokeSessionDocument, { id: '1' })).code).toBe('UNAUTHENTICATED');
  });
});

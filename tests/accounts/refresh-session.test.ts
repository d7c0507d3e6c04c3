import { describe, expect, it } from '@jest/globals';
import { disable } from '../../src/accounts/administer.service.js';
import { ok, refused, request } from '../support/client.js';
import { LoginDocument, MeDocument, RefreshSessionDocument } from '../support/generated/graphql.js';
import { PASSWORD, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { settableClock } from './clock.js';

const SECOND_MS = 1000;
const DAY_MS = 24 * 3_600_000;

const refresh = async ({ url }: TestServer, refreshToken: string) =>
  (await ok(url, RefreshSessionDocument, { refreshToken })).refreshSession;
const refusal = async ({ url }: TestServer, refreshToken: string) =>
  (await refused(url, RefreshSessionDocument, { refreshToken })).code;
const meCode = async ({ url }: TestServer, token: string) =>
  (await request(url, MeDocument, {}, token)).errors[0]?.extensions.code ?? 'OK';

describe('refreshSession', () => {
  it('exchanges a refresh token for the next pair', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const sam = await student(server, 'sam');

    clock.pass(20 * 60 * SECOND_MS);
    const next = await refresh(server, sam.refreshToken);

    expect(next).toMatchObject({
      tokenType: 'Bearer',
      expiresIn: 900,
      user: { id: sam.id, username: 'sam', credits: 100 },
    });
    expect(next.refreshToken).not.toBe(sam.refreshToken);
    expect(await meCode(server, sam.token)).toBe('UNAUTHENTICATED');
    expect(await meCode(server, next.accessToken)).toBe('OK');
    const third = await refresh(server, next.refreshToken);
    expect(new Set([sam.refreshToken, next.refreshToken, third.refreshToken]).size).toBe(3);
  });

  it('gives the same successor to a repeat within 10 seconds', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { refreshToken } = await student(server);
    const first = await refresh(server, refreshToken);

    clock.pass(10 * SECOND_MS);
    const again = await refresh(server, refreshToken);

    expect(again.refreshToken).toBe(first.refreshToken);
    expect(await meCode(server, again.accessToken)).toBe('OK');
    expect(await meCode(server, first.accessToken)).toBe('OK');
    expect((await refresh(server, first.refreshToken)).refreshToken).not.toBe(first.refreshToken);
  });

  it('ends the whole family at a repeat after 10 seconds', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { refreshToken, token, email } = await student(server);
    const { login } = await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } });
    const successor = await refresh(server, refreshToken);

    clock.pass(10 * SECOND_MS + 1);

    expect(await refusal(server, refreshToken)).toBe('INVALID_TOKEN');
    expect(await refusal(server, successor.refreshToken)).toBe('INVALID_TOKEN');
    expect(await meCode(server, token)).toBe('UNAUTHENTICATED');
    expect(await meCode(server, successor.accessToken)).toBe('UNAUTHENTICATED');
    expect(await meCode(server, login.accessToken)).toBe('OK');
  });

  it('ends the whole family at a repeat after the successor was used', async () => {
    const server = await startTestServer({ clock: settableClock() });
    const { refreshToken } = await student(server);
    const second = await refresh(server, refreshToken);
    const third = await refresh(server, second.refreshToken);

    expect(await refusal(server, refreshToken)).toBe('INVALID_TOKEN');

    expect(await refusal(server, third.refreshToken)).toBe('INVALID_TOKEN');
    expect(await meCode(server, third.accessToken)).toBe('UNAUTHENTICATED');
  });

  it('gives one successor to ten uses at once', async () => {
    const server = await startTestServer();
    const { refreshToken } = await student(server);

    const pairs = await Promise.all(Array.from({ length: 10 }, () => refresh(server, refreshToken)));

    expect(new Set(pairs.map((pair) => pair.refreshToken)).size).toBe(1);
    for (const { accessToken } of pairs) expect(await meCode(server, accessToken)).toBe('OK');
    expect(await meCode(server, (await refresh(server, pairs[0]?.refreshToken ?? '')).accessToken)).toBe('OK');
  });

  it('gives the same successor after a restart', async () => {
    const server = await startTestServer();
    const { refreshToken } = await student(server);
    const first = await refresh(server, refreshToken);
    await server.stop();

    const restarted = await startTestServer({ dataDir: server.dataDir });

    expect((await refresh(restarted, refreshToken)).refreshToken).toBe(first.refreshToken);
  });

  it('refuses what is no refresh token', async () => {
    const server = await startTestServer();
    const { token, refreshToken } = await student(server);

    for (const text of ['', 'garbage', token, `${refreshToken} `, refreshToken.slice(0, -1), 'x'.repeat(10_000)]) {
      expect(await refusal(server, text)).toBe('INVALID_TOKEN');
    }
    expect((await refresh(server, refreshToken)).tokenType).toBe('Bearer');
  });

  it('refuses a used token whose successor was derived with another secret', async () => {
    const server = await startTestServer({ env: { JWT_SECRET: 'a'.repeat(32) } });
    const { refreshToken } = await student(server);
    await refresh(server, refreshToken);
    await server.stop();

    const restarted = await startTestServer({ dataDir: server.dataDir, env: { JWT_SECRET: 'b'.repeat(32) } });

    expect(await refusal(restarted, refreshToken)).toBe('INVALID_TOKEN');
  });

  it('ends a session that was not used for 30 days', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { refreshToken } = await student(server);

    clock.pass(29 * DAY_MS);
    const used = await refresh(server, refreshToken);
    clock.pass(29 * DAY_MS);
    const usedAgain = await refresh(server, used.refreshToken);
    clock.pass(30 * DAY_MS);

    expect(await refusal(server, usedAgain.refreshToken)).toBe('INVALID_TOKEN');
  });

  it('refuses a disabled account', async () => {
    const server = await startTestServer();
    const { refreshToken, email } = await student(server);

    await disable(server.app, email);

    expect(await refusal(server, refreshToken)).toBe('ACCOUNT_DISABLED');
  });
});

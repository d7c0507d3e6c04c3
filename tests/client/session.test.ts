import { describe, expect, it } from '@jest/globals';
import { LecternError, memoryTokens } from '@lectern/client';
import { disable } from '../../src/accounts/administer.service.js';
import { settableClock } from '../accounts/clock.js';
import { startLine } from '../support/line.js';
import { PASSWORD, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';
import { clientOf, tokensOf } from './clients.js';

const QUARTER_HOUR = 15 * 60_000;

describe('a session', () => {
  it('begins with register or signIn, and ends with signOut', async () => {
    const server = await startTestServer();
    const { lectern } = clientOf(server.url);
    const heard: (string | null)[] = [];
    lectern.onSession((userId) => heard.push(userId));
    const input = { username: 'sam', email: 'sam@example.org', password: PASSWORD };

    const { id } = await lectern.register(input);
    expect(await lectern.me()).toMatchObject({ id, username: 'sam', role: 'STUDENT' });
    await lectern.signOut();
    expect(await lectern.userId()).toBeNull();
    await expect(lectern.me()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await lectern.signIn({ email: input.email, password: PASSWORD })).toMatchObject({ id, credits: 100 });
    expect(await lectern.userId()).toBe(id);

    expect(heard).toEqual([id, null, id]);
  });

  it('is refused with the code and the field', async () => {
    const server = await startTestServer();
    const { lectern } = clientOf(server.url, await student(server));
    const wrong = lectern.signIn({ email: 'sam@example.org', password: 'wrong password' });
    await expect(wrong).rejects.toMatchObject({ name: 'LecternError', code: 'INVALID_CREDENTIALS' });
    const short = lectern.register({ username: 'x', email: 'x@example.org', password: PASSWORD });
    await expect(short).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'username' });
    const taken = await lectern
      .register({ username: 'other', email: 'SAM@example.org', password: PASSWORD })
      .catch((error: unknown) => error);
    expect(taken).toBeInstanceOf(LecternError);
    expect(taken).toMatchObject({ code: 'EMAIL_TAKEN' });
    // Who was signed in still is.
    expect(await lectern.me()).toMatchObject({ username: 'sam' });
  });

  it('is forgotten also when the server cannot be told', async () => {
    const server = await startTestServer();
    const { lectern } = clientOf(server.url, await student(server));
    await server.stop();
    await expect(lectern.signOut()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    expect(await lectern.userId()).toBeNull();
  });

  it('ends with its account', async () => {
    const server = await startTestServer();
    const { lectern } = clientOf(server.url, await student(server));
    await expect(lectern.deleteAccount({ password: 'wrong password' })).rejects.toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    expect(await lectern.deleteAccount({ password: PASSWORD })).toBe(true);
    expect(await lectern.userId()).toBeNull();
  });
});

describe('an access token that has expired', () => {
  it('is replaced once for fifty callers, whom the server refuses', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { lectern, sent } = clientOf(server.url, await student(server));
    clock.pass(QUARTER_HOUR);

    const answers = await Promise.all(Array.from({ length: 50 }, () => lectern.me()));

    expect(answers.every(({ username }) => username === 'sam')).toBe(true);
    expect(sent.filter((name) => name === 'RefreshSession')).toHaveLength(1);
    expect(sent.filter((name) => name === 'Me')).toHaveLength(100);
  });

  it('is replaced once for fifty callers, before they ask, when the client knows it', async () => {
    const server = await startTestServer();
    const sam = await student(server);
    const { lectern, sent } = clientOf(server.url, undefined, { tokens: memoryTokens(tokensOf(sam, Date.now() - 1)) });

    await Promise.all(Array.from({ length: 50 }, () => lectern.me()));

    expect(sent.filter((name) => name === 'RefreshSession')).toHaveLength(1);
    expect(sent.filter((name) => name === 'Me')).toHaveLength(50);
  });

  it('is replaced again and again, over hours', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { lectern, sent } = clientOf(server.url, await student(server));
    for (let quarter = 0; quarter < 4; quarter++) {
      clock.pass(QUARTER_HOUR);
      await Promise.all([lectern.me(), lectern.sessions()]);
    }
    expect(sent.filter((name) => name === 'RefreshSession')).toHaveLength(4);
  });

  it('is replaced although the answer to the refresh was lost', async () => {
    const server = await startTestServer();
    const sam = await student(server);
    let lost = 0;
    const { lectern, sent } = clientOf(server.url, undefined, {
      tokens: memoryTokens(tokensOf(sam, 0)),
      async fetch(input, init) {
        const response = await fetch(input, init);
        if (!String(init?.body).includes('RefreshSession') || lost++ > 0) return response;
        throw new TypeError('the connection was lost');
      },
    });
    expect(await lectern.me()).toMatchObject({ username: 'sam' });
    expect(sent).toEqual(['RefreshSession', 'RefreshSession', 'Me']);
  });

  it('costs nobody the session while the server cannot be reached', async () => {
    const server = await startTestServer();
    const sam = await student(server);
    const line = await startLine(server.url);
    const { lectern } = clientOf(line.url, undefined, { tokens: memoryTokens(tokensOf(sam, 0)) });
    line.breakDown();
    await expect(lectern.me()).rejects.toMatchObject({ code: 'UNREACHABLE' });
    line.mend();
    expect(await lectern.me()).toMatchObject({ username: 'sam' });
  });

  it('is replaced by two clients of one store, who know nothing of each other, without an end of the session', async () => {
    const server = await startTestServer();
    const sam = tokensOf(await student(server), 0);
    const tokens = memoryTokens(sam);
    const clients = [1, 2].map(() => clientOf(server.url, undefined, { tokens }));
    await Promise.all(clients.map(({ lectern }) => lectern.me()));
    await tokens.set({ ...sam, ...(await tokens.get()), expiresAt: 0 });
    await Promise.all(clients.map(({ lectern }) => lectern.me()));
  });
});

describe('a session that has ended elsewhere', () => {
  it('is forgotten, and whoever listens is told', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const sam = await student(server);
    const { lectern, sent } = clientOf(server.url, sam);
    const elsewhere = clientOf(server.url, sam).lectern;
    const heard: (string | null)[] = [];
    lectern.onSession((userId) => heard.push(userId));
    await elsewhere.signOut();

    const asked = await Promise.allSettled([lectern.me(), lectern.sessions()]);

    expect(asked).toMatchObject([1, 2].map(() => ({ status: 'rejected', reason: { code: 'UNAUTHENTICATED' } })));
    expect(heard).toEqual([null]);
    expect(sent.filter((name) => name === 'RefreshSession')).toHaveLength(1);
  });

  it('says ACCOUNT_DISABLED when that is why', async () => {
    const server = await startTestServer();
    const sam = await student(server);
    const { lectern } = clientOf(server.url, sam);
    await disable(server.app, sam.email);
    await expect(lectern.me()).rejects.toMatchObject({ code: 'ACCOUNT_DISABLED' });
    expect(await lectern.userId()).toBeNull();
  });
});

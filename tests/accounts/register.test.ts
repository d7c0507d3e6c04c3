import { describe, expect, it } from '@jest/globals';
import { sharedServer } from '../server/shared-server.js';
import { ok, refused, request } from '../support/client.js';
import { failWrites } from '../support/full-table.js';
import {
  CreditHistoryDocument,
  LoginDocument,
  MeDocument,
  RegisterDocument,
  type RegisterInput,
} from '../support/generated/graphql.js';
import { PASSWORD } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { settableClock } from './clock.js';
import { rowsOf } from './rows.js';

const ADA: RegisterInput = { username: 'Ada_L.-1', email: 'Ada@Example.ORG', password: PASSWORD };

const countRows = async (server: TestServer) => {
  const tables = ['users', 'sessions', 'refresh_tokens', 'credit_entries'];
  return Object.fromEntries(
    await Promise.all(tables.map(async (name) => [name, (await rowsOf(server, name)).length] as const)),
  );
};
const NO_ROWS = { users: 0, sessions: 0, refresh_tokens: 0, credit_entries: 0 };

describe('register', () => {
  it('makes an account, signs it in and gives it its first credits', async () => {
    const clock = settableClock(Date.UTC(2026, 0, 31, 12));
    const server = await startTestServer({ clock });

    const { register } = await ok(server.url, RegisterDocument, { input: ADA });

    expect(register).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      tokenType: 'Bearer',
      expiresIn: 900,
      refreshToken: expect.stringMatching(/^[\w-]{43,}$/),
      user: {
        id: expect.stringMatching(/^\d+$/),
        username: 'Ada_L.-1',
        email: 'ada@example.org',
        role: 'STUDENT',
        isActive: true,
        credits: 100,
        createdAt: '2026-01-31T12:00:00.000Z',
      },
    });
    const { me } = await ok(server.url, MeDocument, {}, register.accessToken);
    expect(me).toEqual(register.user);
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, register.accessToken);
    expect(creditHistory.nodes).toMatchObject([{ amount: 100, balanceAfter: 100, reason: 'SIGNUP', chatId: null }]);
  });

  it('keeps neither the password nor the refresh token, but their hashes', async () => {
    const server = await startTestServer();

    const { register } = await ok(server.url, RegisterDocument, { input: ADA });

    const [user] = await rowsOf(server, 'users');
    expect(user?.email).toBe('ada@example.org');
    expect(user?.password_hash).toMatch(/^\$argon2id\$/);
    const tokens = await rowsOf(server, 'refresh_tokens');
    expect(tokens).toHaveLength(1);
    expect(JSON.stringify([user, tokens])).not.toContain(register.refreshToken);
    expect(JSON.stringify(user)).not.toContain(PASSWORD);
  });

  it.each([
    ['an instructor', { role: 'INSTRUCTOR' }, { role: 'INSTRUCTOR' }],
    ['a username of 3 characters', { username: 'a-1' }, { username: 'a-1' }],
    ['a username of 30 characters', { username: 'a'.repeat(30) }, { username: 'a'.repeat(30) }],
    ['a password of 8 characters', { password: 'q7#kLp2z' }, {}],
    ['a password of 128 characters', { password: '😀'.repeat(128) }, {}],
    ['an e-mail with a tag', { email: 'ada+school@mail.example.org' }, { email: 'ada+school@mail.example.org' }],
  ] as const)('registers %s, who can sign in', async (_what, change, expected) => {
    const server = await startTestServer();
    const input = { ...ADA, ...change };

    const { register } = await ok(server.url, RegisterDocument, { input });

    expect(register.user).toMatchObject(expected);
    const { login } = await ok(server.url, LoginDocument, { input: { email: input.email, password: input.password } });
    expect(login.user).toEqual(register.user);
  });

  it('takes a role of null for none', async () => {
    const server = await startTestServer();

    // The generated type of an optional input says "absent", the schema says "absent or null".
    const input = { ...ADA, role: null } as unknown as RegisterInput;

    expect((await ok(server.url, RegisterDocument, { input })).register.user.role).toBe('STUDENT');
  });

  it.each([
    ['e-mail', { username: 'countess' }, { email: 'ADA@example.org' }, { code: 'EMAIL_TAKEN', field: 'email' }],
    ['username', { email: 'eve@example.org' }, { username: 'ADA_l.-1' }, { code: 'USERNAME_TAKEN', field: 'username' }],
  ] as const)('refuses a taken %s in another case and makes no row', async (_what, other, same, expected) => {
    const server = await startTestServer();
    await ok(server.url, RegisterDocument, { input: ADA });
    const before = await countRows(server);

    const error = await refused(server.url, RegisterDocument, { input: { ...ADA, ...other, ...same } });

    expect(error).toMatchObject(expected);
    expect(await countRows(server)).toEqual(before);
  });

  it('gives an e-mail to one of five who take it at once', async () => {
    const server = await startTestServer();

    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((n) => request(server.url, RegisterDocument, { input: { ...ADA, username: `ada${n}` } })),
    );

    const codes = results.map(({ errors }) => errors[0]?.extensions.code ?? 'made');
    expect(codes.toSorted()).toEqual(['EMAIL_TAKEN', 'EMAIL_TAKEN', 'EMAIL_TAKEN', 'EMAIL_TAKEN', 'made']);
    expect(await countRows(server)).toMatchObject({ users: 1, sessions: 1, credit_entries: 1 });
  });

  it('makes no account when its first credits cannot be written', async () => {
    const server = await startTestServer();
    await failWrites(server, 'insert', 'credit_entries');

    const error = await refused(server.url, RegisterDocument, { input: ADA });

    expect(error.code).toBe('INTERNAL_SERVER_ERROR');
    expect(await countRows(server)).toEqual(NO_ROWS);
  });

  it('writes no entry where SIGNUP_CREDITS is 0', async () => {
    const server = await startTestServer({ env: { SIGNUP_CREDITS: '0' } });

    const { register } = await ok(server.url, RegisterDocument, { input: ADA });

    expect(register.user.credits).toBe(0);
    expect(await countRows(server)).toMatchObject({ users: 1, credit_entries: 0 });
  });
});

describe('register with bad input', () => {
  const server = sharedServer();

  it.each([
    ['an e-mail without @', { email: 'ada' }, 'email', /ada@example\.org/],
    ['an empty e-mail', { email: '' }, 'email', /ada@example\.org/],
    ['an e-mail without a domain', { email: 'ada@' }, 'email', /ada@example\.org/],
    ['an e-mail without a name', { email: '@example.org' }, 'email', /ada@example\.org/],
    ['an e-mail without a dot in its domain', { email: 'ada@example' }, 'email', /ada@example\.org/],
    ['an e-mail with a space', { email: 'ada lovelace@example.org' }, 'email', /ada@example\.org/],
    ['an e-mail with two @', { email: 'ada@home@example.org' }, 'email', /ada@example\.org/],
    ['an e-mail with two dots', { email: 'ada@example..org' }, 'email', /ada@example\.org/],
    ['an e-mail of a line break more', { email: 'ada@example.org\nbcc: eve@example.org' }, 'email', /ada@example\.org/],
    ['an e-mail of 255 characters', { email: `${'a'.repeat(243)}@example.org` }, 'email', /ada@example\.org/],
    ['a password of 7 characters', { password: 'q7#kLp2' }, 'password', /at least 8/],
    ['an empty password', { password: '' }, 'password', /at least 8/],
    ['a password of 129 characters', { password: `${PASSWORD} `.repeat(20).slice(0, 129) }, 'password', /at most 128/],
    ['a common password', { password: 'password123' }, 'password', /choose another/],
    ['a common password in capitals', { password: 'QWERTYUIOP' }, 'password', /choose another/],
    ['a username of 2 characters', { username: 'ab' }, 'username', /3 to 30/],
    ['a username of 31 characters', { username: 'a'.repeat(31) }, 'username', /3 to 30/],
    ['a username with a space', { username: 'ada lovelace' }, 'username', /3 to 30/],
    ['a username with an emoji', { username: 'ada😀' }, 'username', /3 to 30/],
    ['a username with an @', { username: 'ada@home' }, 'username', /3 to 30/],
    ['a username of look-alike letters', { username: 'аdа' }, 'username', /3 to 30/],
    ['an administrator', { role: 'ADMIN' }, 'role', /STUDENT or INSTRUCTOR/],
  ] as const)('refuses %s and makes no row', async (_what, change, field, remedy) => {
    const error = await refused(server.url, RegisterDocument, { input: { ...ADA, ...change } });

    expect(error).toEqual({ code: 'BAD_USER_INPUT', field, message: expect.stringMatching(remedy) });
    expect(await countRows(server)).toEqual(NO_ROWS);
  });
});

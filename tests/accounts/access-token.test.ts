import { describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { disable, promote } from '../../src/accounts/administer.service.js';
import { sharedServer } from '../server/shared-server.js';
import { ok, refused, request } from '../support/client.js';
import { MeDocument } from '../support/generated/graphql.js';
import { type Person, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { settableClock } from './clock.js';
import { execute } from './rows.js';

const MINUTE_MS = 60_000;

describe('me', () => {
  it('gives the own account', async () => {
    const server = await startTestServer();
    const sam = await student(server, 'sam');
    await student(server, 'eve');

    const { me } = await ok(server.url, MeDocument, {}, sam.token);

    expect(me).toMatchObject({ id: sam.id, username: 'sam', email: 'sam@example.org', role: 'STUDENT' });
  });

  it('asks who sends no token to sign in', async () => {
    const server = await startTestServer();

    const error = await refused(server.url, MeDocument, {});

    expect(error).toEqual({ code: 'UNAUTHENTICATED', message: expect.stringContaining('Bearer') });
  });

  it('takes an access token for 15 minutes', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { token } = await student(server);

    clock.pass(15 * MINUTE_MS - 1000);
    expect((await request(server.url, MeDocument, {}, token)).errors).toEqual([]);
    clock.pass(1000);

    const error = await refused(server.url, MeDocument, {}, token);
    expect(error).toEqual({ code: 'UNAUTHENTICATED', message: expect.stringContaining('refreshSession') });
  });

  it.each([
    ['by an administrator', ({ app }, { email }) => disable(app, email)],
    ['in the database', (server) => execute(server, 'update users set is_active = false')],
  ] as [string, (server: TestServer, sam: Person) => Promise<unknown>][])(
    'refuses the token of an account that was disabled meanwhile %s',
    async (_how, disableAccount) => {
      const server = await startTestServer();
      const sam = await student(server);

      await disableAccount(server, sam);

      expect((await refused(server.url, MeDocument, {}, sam.token)).code).toBe('UNAUTHENTICATED');
    },
  );

  it('gives the role as it is now to a token of before', async () => {
    const server = await startTestServer();
    const { token, email } = await student(server);

    await promote(server.app, email);

    expect((await ok(server.url, MeDocument, {}, token)).me.role).toBe('ADMIN');
  });
});

describe('an access token', () => {
  const server = sharedServer();
  let names = 0;
  const someone = () => student(server, `student-${names++}`);

  const secret = () => server.app.config.jwtSecret;
  const claimsOf = ({ token }: Person) => jwt.decode(token) as jwt.JwtPayload;
  const without = (claims: jwt.JwtPayload, name: string) =>
    Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
  const part = (claims: object) => Buffer.from(JSON.stringify(claims)).toString('base64url');

  const me = async (authorization: string) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ query: '{ me { id } }' }),
    });
    return response.json();
  };

  it('may be signed by whoever has the secret', async () => {
    const sam = await someone();

    const token = jwt.sign(claimsOf(sam), secret(), { algorithm: 'HS256' });

    expect(await me(`Bearer ${token}`)).toEqual({ data: { me: { id: sam.id } } });
    expect(await me(`bearer  ${token}`)).toEqual({ data: { me: { id: sam.id } } });
  });

  it.each([
    ['a text', () => 'garbage'],
    [
      'another user in its payload',
      ({ token }) => {
        const [head, , signature] = token.split('.');
        return [head, part({ ...(jwt.decode(token) as object), sub: '1' }), signature].join('.');
      },
    ],
    ['a changed signature', ({ token }) => `${token.slice(0, -4)}AAAA`],
    ['no signature', ({ token }) => token.slice(0, token.lastIndexOf('.') + 1)],
    ['alg none', (sam) => jwt.sign(claimsOf(sam), '', { algorithm: 'none' })],
    ['alg HS384', (sam) => jwt.sign(claimsOf(sam), secret(), { algorithm: 'HS384' })],
    ['alg HS512', (sam) => jwt.sign(claimsOf(sam), secret(), { algorithm: 'HS512' })],
    ['another secret', (sam) => jwt.sign(claimsOf(sam), 'x'.repeat(64))],
    ['another issuer', (sam) => jwt.sign({ ...claimsOf(sam), iss: 'lecterns' }, secret())],
    ['no issuer', (sam) => jwt.sign(without(claimsOf(sam), 'iss'), secret())],
    ['another audience', (sam) => jwt.sign({ ...claimsOf(sam), aud: 'another-api' }, secret())],
    ['no audience', (sam) => jwt.sign(without(claimsOf(sam), 'aud'), secret())],
    ['another type', (sam) => jwt.sign({ ...claimsOf(sam), typ: 'refresh' }, secret())],
    ['no type', (sam) => jwt.sign(without(claimsOf(sam), 'typ'), secret())],
    ['no expiry', (sam) => jwt.sign(without(claimsOf(sam), 'exp'), secret())],
    ['no session', (sam) => jwt.sign(without(claimsOf(sam), 'sid'), secret())],
    ['a session that is not', (sam) => jwt.sign({ ...claimsOf(sam), sid: 1_000_000 }, secret())],
    ['the session of another user', (sam) => jwt.sign({ ...claimsOf(sam), sub: '1' }, secret())],
    ['a subject that is no id', (sam) => jwt.sign({ ...claimsOf(sam), sub: 'sam' }, secret())],
    [
      'an expiry that has passed',
      (sam) => jwt.sign({ ...claimsOf(sam), exp: Math.floor(Date.now() / 1000) - 1 }, secret()),
    ],
    ['the refresh token', ({ refreshToken }) => refreshToken],
  ] as [string, (sam: Person) => string][])('is not valid with %s', async (_what, forge) => {
    await someone();
    const sam = await someone();

    const error = await refused(server.url, MeDocument, {}, forge(sam));

    expect(error).toEqual({ code: 'UNAUTHENTICATED', message: expect.stringContaining('not valid') });
  });

  it.each(['Bearer', 'Bearer ', 'Basic c2FtOnNlY3JldA==', 'sam'])('is not valid as “%s”', async (authorization) => {
    const { errors } = await me(authorization);

    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it('is not valid without the word Bearer, nor followed by another', async () => {
    const { token } = await someone();

    for (const authorization of [token, `Bearer ${token} ${token}`]) {
      const { errors } = await me(authorization);
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });
});

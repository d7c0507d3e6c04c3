import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { sharedServer } from '../server/shared-server.js';
import { ok, refused } from '../support/client.js';
import { MeDocument, RefreshSessionDocument } from '../support/generated/graphql.js';
import { type Person, student } from '../support/people.js';

describe('an access token', () => {
  const server = sharedServer();
  let names = 0;
  const someone = () => student(server, `student-${names++}`);
  const secret = () => server.app.config.jwtSecret;
  const claimsOf = ({ token }: Person) => jwt.decode(token) as jwt.JwtPayload;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

  /** Signed by hand, with a header that no library would write. */
  function signed(header: object, claims: object, key: string | Buffer): string {
    const content = `${part(header)}.${part(claims)}`;
    return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
  }

  it.each(['../../../../dev/null', '/dev/null', "' union select 'x", 'https://evil.example/key', '0'])(
    'is checked with our key alone, whatever key id it names: %s',
    async (kid) => {
      const sam = await someone();
      const header = { alg: 'HS256', typ: 'JWT', kid };

      const ours = signed(header, claimsOf(sam), secret());
      expect((await ok(server.url, MeDocument, {}, ours)).me.id).toBe(sam.id);
      for (const key of ['', kid, 'x', 'null']) {
        const error = await refused(server.url, MeDocument, {}, signed(header, claimsOf(sam), key));
        expect(error.code).toBe('UNAUTHENTICATED');
      }
    },
  );

  it('brings no key of its own', async () => {
    const sam = await someone();
    const k = Buffer.from('x'.repeat(32)).toString('base64url');
    const header = {
      alg: 'HS256',
      jwk: { kty: 'oct', k },
      jku: 'https://evil.example/keys',
      x5u: 'https://evil.example',
    };

    const error = await refused(server.url, MeDocument, {}, signed(header, claimsOf(sam), 'x'.repeat(32)));

    expect(error.code).toBe('UNAUTHENTICATED');
  });

  it('is not valid before its time', async () => {
    const sam = await someone();
    const inAMinute = Math.floor(Date.now() / 1000) + 60;
    const sign = (nbf: number) => jwt.sign({ ...claimsOf(sam), nbf }, secret(), { algorithm: 'HS256' });

    expect((await refused(server.url, MeDocument, {}, sign(inAMinute))).code).toBe('UNAUTHENTICATED');
    expect((await ok(server.url, MeDocument, {}, sign(inAMinute - 120))).me.id).toBe(sam.id);
  });

  it('is no refresh token, nor the reverse', async () => {
    const { token, refreshToken } = await someone();

    expect((await refused(server.url, RefreshSessionDocument, { refreshToken: token })).code).toBe('INVALID_TOKEN');
    expect((await refused(server.url, MeDocument, {}, refreshToken)).code).toBe('UNAUTHENTICATED');
  });
});

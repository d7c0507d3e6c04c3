import { describe, expect, it } from '@jest/globals';
import { disable } from '../../src/accounts/administer.service.js';
import { ok, refused } from '../support/client.js';
import { LoginDocument, LogoutDocument, MeDocument, RefreshSessionDocument } from '../support/generated/graphql.js';
import { PASSWORD, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';

describe('login', () => {
  it('signs in by the e-mail in any case', async () => {
    const server = await startTestServer();
    const sam = await student(server, 'sam');

    const { login } = await ok(server.url, LoginDocument, { input: { email: 'SAM@Example.org', password: PASSWORD } });

    expect(login).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, user: { id: sam.id, email: sam.email } });
    const { me } = await ok(server.url, MeDocument, {}, login.accessToken);
    expect(me).toEqual(login.user);
    expect(me.credits).toBe(100);
  });

  it('answers an unknown e-mail and a wrong password alike', async () => {
    const server = await startTestServer();
    const { email } = await student(server);

    const wrong = await refused(server.url, LoginDocument, { input: { email, password: 'a loud library' } });
    const unknown = await refused(server.url, LoginDocument, {
      input: { email: 'eve@example.org', password: PASSWORD },
    });
    const neverSet = await refused(server.url, LoginDocument, { input: { email, password: PASSWORD.repeat(100) } });

    expect(wrong).toEqual({ code: 'INVALID_CREDENTIALS', message: expect.any(String) });
    expect(unknown).toEqual(wrong);
    expect(neverSet).toEqual(wrong);
  });

  it('compares the password with its case', async () => {
    const server = await startTestServer();
    const { email } = await student(server);

    const error = await refused(server.url, LoginDocument, { input: { email, password: PASSWORD.toUpperCase() } });

    expect(error.code).toBe('INVALID_CREDENTIALS');
  });

  it('tells only who knows the password that the account is disabled', async () => {
    const server = await startTestServer();
    const { email } = await student(server);
    await disable(server.app, email);

    const known = await refused(server.url, LoginDocument, { input: { email, password: PASSWORD } });
    const guessed = await refused(server.url, LoginDocument, { input: { email, password: 'a loud library' } });

    expect(known).toEqual({ code: 'ACCOUNT_DISABLED', message: expect.stringContaining('administrator') });
    expect(guessed.code).toBe('INVALID_CREDENTIALS');
  });
});

describe('logout', () => {
  it('ends the access token and the refresh token of its session at once', async () => {
    const server = await startTestServer();
    const { token, refreshToken } = await student(server);

    expect(await ok(server.url, LogoutDocument, {}, token)).toEqual({ logout: true });

    expect((await refused(server.url, MeDocument, {}, token)).code).toBe('UNAUTHENTICATED');
    expect((await refused(server.url, LogoutDocument, {}, token)).code).toBe('UNAUTHENTICATED');
    expect((await refused(server.url, RefreshSessionDocument, { refreshToken })).code).toBe('INVALID_TOKEN');
  });

  it('leaves the sessions of other devices alone', async () => {
    const server = await startTestServer();
    const { email, token } = await student(server);
    const { login } = await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } });

    await ok(server.url, LogoutDocument, {}, token);

    expect((await ok(server.url, MeDocument, {}, login.accessToken)).me.email).toBe(email);
    const { refreshToken } = login;
    expect((await ok(server.url, RefreshSessionDocument, { refreshToken })).refreshSession.user.email).toBe(email);
  });

  it('asks who nobody is to sign in', async () => {
    const server = await startTestServer();

    expect((await refused(server.url, LogoutDocument, {})).code).toBe('UNAUTHENTICATED');
  });
});

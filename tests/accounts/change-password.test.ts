import { describe, expect, it } from '@jest/globals';
import { ok, refused, request } from '../support/client.js';
import {
  ChangePasswordDocument,
  LoginDocument,
  MeDocument,
  RefreshSessionDocument,
} from '../support/generated/graphql.js';
import { PASSWORD, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';
import { rowsOf } from './rows.js';

const NEW = 'an even quieter library';
const change = (newPassword = NEW, currentPassword = PASSWORD) => ({ currentPassword, newPassword });

describe('changePassword', () => {
  it('sets the password and ends all other sessions', async () => {
    const server = await startTestServer();
    const { email, token, refreshToken } = await student(server, 'sam');
    const eve = await student(server, 'eve');
    const { login: phone } = await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } });

    expect(await ok(server.url, ChangePasswordDocument, change(), token)).toEqual({ changePassword: true });

    expect((await ok(server.url, LoginDocument, { input: { email, password: NEW } })).login.user.email).toBe(email);
    const old = await refused(server.url, LoginDocument, { input: { email, password: PASSWORD } });
    expect(old.code).toBe('INVALID_CREDENTIALS');
    expect((await refused(server.url, MeDocument, {}, phone.accessToken)).code).toBe('UNAUTHENTICATED');
    const lost = await refused(server.url, RefreshSessionDocument, { refreshToken: phone.refreshToken });
    expect(lost.code).toBe('INVALID_TOKEN');
    expect((await ok(server.url, MeDocument, {}, token)).me.email).toBe(email);
    expect((await ok(server.url, RefreshSessionDocument, { refreshToken })).refreshSession.user.email).toBe(email);
    expect((await ok(server.url, MeDocument, {}, eve.token)).me.id).toBe(eve.id);
  });

  it('refuses a wrong current password and changes nothing', async () => {
    const server = await startTestServer();
    const { email, token } = await student(server);
    const { login: phone } = await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } });
    const before = await rowsOf(server, 'users');

    const error = await refused(server.url, ChangePasswordDocument, change(NEW, 'a loud library'), token);

    expect(error.code).toBe('INVALID_CREDENTIALS');
    expect(await rowsOf(server, 'users')).toEqual(before);
    expect((await ok(server.url, MeDocument, {}, phone.accessToken)).me.email).toBe(email);
  });

  it.each([
    ['too short', 'q7#kLp2', /at least 8/],
    ['too long', 'q'.repeat(129), /at most 128/],
    ['common', 'password123', /choose another/],
  ])('refuses a new password that is %s', async (_what, newPassword, remedy) => {
    const server = await startTestServer();
    const { token } = await student(server);

    const error = await refused(server.url, ChangePasswordDocument, change(newPassword), token);

    const message = expect.stringMatching(remedy);
    expect(error).toEqual({ code: 'BAD_USER_INPUT', field: 'newPassword', message });
  });

  it('lets one of two changes at once through', async () => {
    const server = await startTestServer();
    const { token } = await student(server);

    const answers = await Promise.all(
      [NEW, 'a library of whispers'].map((next) => request(server.url, ChangePasswordDocument, change(next), token)),
    );

    const codes = answers.map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
    expect(codes.toSorted()).toEqual(['INVALID_CREDENTIALS', 'OK']);
  });

  it('counts wrong ones as failed sign-ins: a stolen token guesses no password', async () => {
    const server = await startTestServer({ env: { RATE_LOGIN_FAILURES_PER_ACCOUNT: '2' } });
    const { email, token } = await student(server);
    for (let failures = 0; failures < 2; failures++) {
      await refused(server.url, ChangePasswordDocument, change(NEW, 'a loud library'), token);
    }

    expect((await refused(server.url, ChangePasswordDocument, change(), token)).code).toBe('RATE_LIMITED');
    const login = await refused(server.url, LoginDocument, { input: { email, password: PASSWORD } });
    expect(login.code).toBe('RATE_LIMITED');
  });

  it('asks who sends no token to sign in', async () => {
    const server = await startTestServer();

    expect((await refused(server.url, ChangePasswordDocument, change())).code).toBe('UNAUTHENTICATED');
  });
});

import { expect, it } from '@jest/globals';
import { request } from '../support/client.js';
import {
  ChangePasswordDocument,
  CreateCourseDocument,
  DeleteAccountDocument,
  LoginDocument,
  RefreshSessionDocument,
  RegisterDocument,
} from '../support/generated/graphql.js';
import { describePostgres } from '../support/one-database.js';
import { instructor, PASSWORD, student } from '../support/people.js';
import type { TestServer } from '../support/server.js';
import { connectionTo } from './connection.js';
import { atOnce, tally, twoNodes } from './nodes.js';

const REASON = 'SQLite has one writer at a time';
const env = {
  RATE_LOGIN_FAILURES_PER_ACCOUNT: '0',
  RATE_LOGIN_FAILURES_PER_ADDRESS: '0',
  RATE_REGISTRATIONS_PER_ADDRESS: '0',
};

describePostgres('accounts that two nodes write at once', REASON, () => {
  it('share neither e-mail nor username: one is made, and the others learn which is taken', async () => {
    const nodes = await twoNodes({ env });
    const register =
      (input: { username: string; email: string }) =>
      async ({ url }: TestServer) => {
        const { errors } = await request(url, RegisterDocument, { input: { ...input, password: PASSWORD } });
        return errors[0]?.extensions.code ?? 'made';
      };
    const byEmail = await atOnce(nodes, 6, (node, index) =>
      register({ username: `sam${index}`, email: 'sam@example.org' })(node),
    );
    expect(tally(byEmail)).toEqual({ made: 1, EMAIL_TAKEN: 5 });
    const byName = await atOnce(nodes, 6, (node, index) =>
      register({ username: index % 2 ? 'Kim' : 'kim', email: `kim${index}@example.org` })(node),
    );
    expect(tally(byName)).toEqual({ made: 1, USERNAME_TAKEN: 5 });
  });

  it('get one successor for a refresh token that is sent twice at once, and keep their session', async () => {
    const nodes = await twoNodes({ env });
    let { refreshToken } = await student(nodes[0]);
    for (let round = 0; round < 10; round++) {
      const results = await atOnce(nodes, 4, ({ url }) => request(url, RefreshSessionDocument, { refreshToken }));
      expect(results.flatMap(({ errors }) => errors)).toEqual([]);
      const successors = new Set(results.map(({ data }) => data?.refreshSession.refreshToken));
      expect(successors.size).toBe(1);
      refreshToken = [...successors][0] ?? '';
    }
  });

  it('keep no session that an old password began while it was changed', async () => {
    const nodes = await twoNodes({ env });
    const sam = await student(nodes[0]);
    const { run, untilWaiting } = await connectionTo(nodes[0]);
    // The sign-in has compared the password and stands before its session; then the password is changed.
    await run('begin');
    await run('lock table sessions in share mode');
    const input = { email: sam.email, password: PASSWORD };
    const signingIn = request(nodes[0].url, LoginDocument, { input });
    await untilWaiting(1);
    const change = { currentPassword: PASSWORD, newPassword: 'another quiet library' };
    const changing = request(nodes[1].url, ChangePasswordDocument, change, sam.token);
    await untilWaiting(2);
    await run('commit');
    const [login, changed] = await Promise.all([signingIn, changing]);
    expect([login.errors, changed.errors]).toEqual([[], []]);
    const { app } = nodes[0];
    const live = await app.read.selectFrom('sessions').select('id').where('endedAt', 'is', null).execute();
    expect(live).toHaveLength(1);
  });

  it('are not deleted with a course that is made meanwhile', async () => {
    const nodes = await twoNodes({ env });
    const ina = await instructor(nodes[0]);
    const { run, untilWaiting } = await connectionTo(nodes[0]);
    // The course is about to be written; then the account is to be deleted.
    await run('begin');
    await run('lock table courses in share mode');
    const making = request(nodes[0].url, CreateCourseDocument, { input: { title: 'Late' } }, ina.token);
    await untilWaiting(1);
    const deleting = request(nodes[1].url, DeleteAccountDocument, { password: PASSWORD }, ina.token);
    await untilWaiting(2);
    await run('commit');
    const [made, deleted] = await Promise.all([making, deleting]);
    expect(made.errors).toEqual([]);
    expect(deleted.errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
  });
});

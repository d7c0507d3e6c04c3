import { describe, expect, it } from '@jest/globals';
import { runProcess } from '../server/process.js';
import { ok, refused } from '../support/client.js';
import { CreditHistoryDocument, LoginDocument, MeDocument } from '../support/generated/graphql.js';
import { PASSWORD, student } from '../support/people.js';
import { startTestServer, type TestServer, temporaryFolder } from '../support/server.js';

/** The command beside a running server, on the same folder. */
async function admin({ dataDir }: Pick<TestServer, 'dataDir'>, args: string[], env: Record<string, string> = {}) {
  const process = runProcess('dist/admin.js', args, { DATA_DIR: dataDir, ...env });
  const exit = await process.exit;
  return { exit, stdout: process.stdout(), stderr: process.stderr() };
}

describe('npm run admin', () => {
  it('promotes an account, which is an administrator at once', async () => {
    const server = await startTestServer();
    const { token } = await student(server, 'sam');

    const said = await admin(server, ['promote', 'SAM@example.org']);

    expect(said).toEqual({ exit: 0, stdout: 'SAM@example.org is an administrator now.\n', stderr: '' });
    expect((await ok(server.url, MeDocument, {}, token)).me.role).toBe('ADMIN');
  });

  it('grants credits with a reason that the account sees', async () => {
    const server = await startTestServer();
    const { token, email } = await student(server);

    const said = await admin(server, ['grant', email, '250', 'for', 'the', 'exam']);

    expect(said).toEqual({ exit: 0, stdout: `${email} has 250 credits more.\n`, stderr: '' });
    expect((await ok(server.url, MeDocument, {}, token)).me.credits).toBe(350);
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, { first: 1 }, token);
    expect(creditHistory.nodes).toMatchObject([
      { amount: 250, balanceAfter: 350, reason: 'GRANT', note: 'for the exam' },
    ]);
  });

  it('disables an account, which can neither sign in nor use a token it holds', async () => {
    const server = await startTestServer();
    const { token, email } = await student(server);

    const said = await admin(server, ['disable', email]);

    expect(said).toEqual({ exit: 0, stdout: `${email} is disabled.\n`, stderr: '' });
    expect((await refused(server.url, MeDocument, {}, token)).code).toBe('UNAUTHENTICATED');
    const login = await refused(server.url, LoginDocument, { input: { email, password: PASSWORD } });
    expect(login.code).toBe('ACCOUNT_DISABLED');
  });

  it.each([
    ['an unknown e-mail', ['promote', 'eve@example.org'], 'No account has the e-mail eve@example.org.'],
    ['an unknown e-mail for credits', ['grant', 'eve@example.org', '5'], 'No account has the e-mail eve@example.org.'],
    ['an amount below zero', ['grant', 'sam@example.org', '-5'], 'how many credits: npm run admin -- grant EMAIL 100'],
    ['an amount above 1,000,000', ['grant', 'sam@example.org', '1000001'], '1 to 1,000,000'],
  ])('refuses %s in one sentence and changes nothing', async (_what, args, sentence) => {
    const server = await startTestServer();
    const { token } = await student(server, 'sam');

    const { exit, stdout, stderr } = await admin(server, args);

    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect((await ok(server.url, MeDocument, {}, token)).me).toMatchObject({ credits: 100, role: 'STUDENT' });
  });

  it.each([
    ['an unknown command', ['frobnicate', 'sam@example.org']],
    ['no e-mail', ['promote']],
  ])('shows its usage when given %s', async (_what, args) => {
    const { exit, stdout, stderr } = await admin({ dataDir: temporaryFolder() }, args);

    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    for (const command of ['promote EMAIL', 'disable EMAIL', 'grant EMAIL AMOUNT']) expect(stderr).toContain(command);
  });

  it('names a wrong setting and its remedy, without a stack', async () => {
    const folder = { dataDir: temporaryFolder() };

    const said = await admin(folder, ['promote', 'sam@example.org'], { PORT: 'abc' });

    const stderr = 'PORT cannot be used. Set it to a port number, 0 to 65535.\n';
    expect(said).toEqual({ exit: 1, stdout: '', stderr });
  });
});

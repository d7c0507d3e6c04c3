import { describe, expect, it } from '@jest/globals';
import { AT_ONCE, passwordsWaiting } from '../../src/accounts/password.js';
import { ok, refused, request } from '../support/client.js';
import { HealthDocument, LoginDocument, RegisterDocument } from '../support/generated/graphql.js';
import { PASSWORD, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';

/** Stands before each password that is hashed or compared, and counts them. */
function passwordWork() {
  let count = 0;
  let closed: Promise<void> | null = null;
  return {
    /** How many since the last time it was asked. */
    count() {
      const since = count;
      count = 0;
      return since;
    },
    /** Lets no work begin until `open` is called. */
    close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      closed = promise;
      return resolve;
    },
    async checkpoint(name: string) {
      if (name !== 'password.work') return;
      count++;
      await closed;
    },
  };
}

describe('the work on passwords', () => {
  it('is the same for an unknown e-mail and a wrong password: one comparison', async () => {
    const work = passwordWork();
    const server = await startTestServer({ checkpoint: work.checkpoint });
    const { email } = await student(server);
    work.count();

    await refused(server.url, LoginDocument, { input: { email, password: 'a loud library' } });
    expect(work.count()).toBe(1);
    await refused(server.url, LoginDocument, { input: { email: 'eve@example.org', password: PASSWORD } });
    expect(work.count()).toBe(1);
  });

  it('is not done for more than 128 characters', async () => {
    const work = passwordWork();
    const server = await startTestServer({ checkpoint: work.checkpoint });
    const { email } = await student(server);
    work.count();
    const [longest, tooLong] = ['😀'.repeat(128), '😀'.repeat(129)];

    for (const address of [email, 'eve@example.org']) {
      await refused(server.url, LoginDocument, { input: { email: address, password: longest } });
      expect(work.count()).toBe(1);
      for (const password of [tooLong, 'a'.repeat(129), 'a'.repeat(50_000)]) {
        const error = await refused(server.url, LoginDocument, { input: { email: address, password } });
        expect({ code: error.code, work: work.count() }).toEqual({ code: 'INVALID_CREDENTIALS', work: 0 });
      }
    }
    const input = { username: 'eve', email: 'eve@example.org', password: tooLong };
    expect((await refused(server.url, RegisterDocument, { input })).code).toBe('BAD_USER_INPUT');
    expect(work.count()).toBe(0);
  });

  it('is not done for an account that is throttled', async () => {
    const work = passwordWork();
    const env = { RATE_LOGIN_FAILURES_PER_ACCOUNT: '1' };
    const server = await startTestServer({ checkpoint: work.checkpoint, env });
    await refused(server.url, LoginDocument, { input: { email: 'eve@example.org', password: PASSWORD } });
    work.count();

    await refused(server.url, LoginDocument, { input: { email: 'eve@example.org', password: PASSWORD } });

    expect(work.count()).toBe(0);
  });

  it('goes on for two at once where there are the cores, 50 wait, and the rest are turned away while the server serves', async () => {
    const work = passwordWork();
    const server = await startTestServer({ checkpoint: work.checkpoint });
    const open = work.close();
    const eightRefused = Promise.withResolvers<void>();
    let refusals = 0;

    const logins = Array.from({ length: AT_ONCE + 58 }, async (_, n) => {
      const input = { email: `nobody-${n}@example.org`, password: PASSWORD };
      const { errors } = await request(server.url, LoginDocument, { input });
      if (errors[0]?.extensions.code === 'RATE_LIMITED' && ++refusals === 8) eightRefused.resolve();
      return errors[0]?.extensions;
    });
    await eightRefused.promise;

    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' });
    expect((await ok(server.url, HealthDocument, {})).health.status).toBe('ok');
    expect(work.count()).toBe(AT_ONCE);
    open();
    const answers = await Promise.all(logins);
    const codes = answers.map((answer) => answer?.code);
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(AT_ONCE + 50);
    const turnedAway = answers.filter((answer) => answer?.code === 'RATE_LIMITED');
    expect(turnedAway).toEqual(Array(8).fill({ code: 'RATE_LIMITED', retryAfterSeconds: 5 }));
  });
});

describe('addresses take turns', () => {
  it('at the queue: who is alone at one is not kept out by the many of another, nor behind them', async () => {
    const work = passwordWork();
    const server = await startTestServer({ checkpoint: work.checkpoint, env: { TRUST_PROXY: '1' } });
    const { email } = await student(server);
    work.count();
    const open = work.close();
    const ended: string[] = [];
    const login = async (address: string, input: { email: string; password: string }) => {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({
          query: 'mutation($input:LoginInput!){login(input:$input){tokenType}}',
          variables: { input },
        }),
      });
      const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
      const code = errors?.[0]?.extensions.code ?? 'OK';
      ended.push(`${address} ${code}`);
      return code;
    };
    const many = Array.from({ length: AT_ONCE + 50 }, (_, n) =>
      login('192.0.2.1', { email: `nobody-${n}@example.org`, password: PASSWORD }),
    );
    await waiting(50);

    const alone = login('192.0.2.2', { email, password: PASSWORD });
    const turnedAway = await Promise.race(many);
    open();

    expect(turnedAway).toBe('RATE_LIMITED');
    expect(await alone).toBe('OK');
    // One or two of the others were under way, and one may have had its turn before.
    expect(ended.indexOf('192.0.2.2 OK')).toBeLessThan(6);
    await Promise.all(many);
  });
});

/** So many passwords wait. */
async function waiting(count: number): Promise<void> {
  while (passwordsWaiting() < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('a password', () => {
  it.each(['password123', 'qwertyuiop', 'iloveyou', '12345678', 'Football', 'princess', 'TRUSTNO1', 'sunshine'])(
    'of “%s” is refused as one of the most common',
    async (password) => {
      const server = await startTestServer();

      const input = { username: 'eve', email: 'eve@example.org', password };
      const error = await refused(server.url, RegisterDocument, { input });

      expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field: 'password' });
      expect(error.message).toContain('most common');
    },
  );

  it('is compared with a list of more than 3,000', async () => {
    const { dictionary } = await import('@zxcvbn-ts/language-common');

    expect(new Set(dictionary['passwords-common']).size).toBeGreaterThan(3000);
  });
});

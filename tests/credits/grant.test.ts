import { describe, expect, it } from '@jest/globals';
import { rowsOf } from '../accounts/rows.js';
import { ok, refused, request } from '../support/client.js';
import { failWrites } from '../support/full-table.js';
import { CreditHistoryDocument, GrantCreditsDocument, MeDocument } from '../support/generated/graphql.js';
import { admin, instructor, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';

const MOST_CREDITS = 2_147_483_647;

describe('grantCredits', () => {
  it('gives credits that their owner sees, with the reason', async () => {
    const server = await startTestServer();
    const ada = await admin(server, 'ada');
    const sam = await student(server, 'sam');

    const input = { userId: sam.id, amount: 250, reason: ' for the exam ' };
    const { grantCredits } = await ok(server.url, GrantCreditsDocument, { input }, ada.token);

    expect(grantCredits).toMatchObject({ id: sam.id, username: 'sam', credits: 350 });
    expect((await ok(server.url, MeDocument, {}, sam.token)).me.credits).toBe(350);
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, { first: 1 }, sam.token);
    expect(creditHistory.nodes).toMatchObject([
      { amount: 250, balanceAfter: 350, reason: 'GRANT', note: 'for the exam' },
    ]);
    expect((await ok(server.url, MeDocument, {}, ada.token)).me.credits).toBe(100);
  });

  it('refuses who is no administrator and gives nothing', async () => {
    const server = await startTestServer();
    const sam = await student(server, 'sam');
    const ina = await instructor(server, 'ina');
    const input = { userId: sam.id, amount: 250, reason: 'because' };

    expect((await refused(server.url, GrantCreditsDocument, { input }, sam.token)).code).toBe('FORBIDDEN');
    expect((await refused(server.url, GrantCreditsDocument, { input }, ina.token)).code).toBe('FORBIDDEN');
    expect((await refused(server.url, GrantCreditsDocument, { input })).code).toBe('UNAUTHENTICATED');

    expect((await ok(server.url, MeDocument, {}, sam.token)).me.credits).toBe(100);
  });

  it('takes 1 to 1,000,000 credits and a reason of 1 to 500 characters, and refuses what is beyond', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    const given = { userId: ada.id, amount: 1, reason: 'because' };
    const before = await rowsOf(server, 'credit_entries');

    for (const [change, field] of [
      [{ amount: 0 }, 'amount'],
      [{ amount: -1 }, 'amount'],
      [{ amount: 1_000_001 }, 'amount'],
      [{ reason: '' }, 'reason'],
      [{ reason: ' \n ' }, 'reason'],
      [{ reason: 'a'.repeat(501) }, 'reason'],
    ] as const) {
      const error = await refused(server.url, GrantCreditsDocument, { input: { ...given, ...change } }, ada.token);
      expect({ change, error }).toMatchObject({ change, error: { code: 'BAD_USER_INPUT', field } });
    }
    expect(await rowsOf(server, 'credit_entries')).toEqual(before);

    for (const change of [{ amount: 1 }, { amount: 1_000_000 }, { reason: 'a'.repeat(500) }]) {
      await ok(server.url, GrantCreditsDocument, { input: { ...given, ...change } }, ada.token);
    }
    expect((await ok(server.url, MeDocument, {}, ada.token)).me.credits).toBe(1_000_102);
  });

  it('refuses an account that is not', async () => {
    const server = await startTestServer();
    const ada = await admin(server);

    for (const userId of ['999999', '0', '-1', 'sam', '', '1.0', '9'.repeat(30)]) {
      const input = { userId, amount: 1, reason: 'because' };
      const error = await refused(server.url, GrantCreditsDocument, { input }, ada.token);
      expect({ userId, error }).toMatchObject({ userId, error: { code: 'NOT_FOUND', field: 'userId' } });
    }
  });

  it('refuses null for what it needs, and what is no 32-bit integer', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    const given = { userId: ada.id, amount: 1, reason: 'because' };

    for (const change of [{ userId: null }, { amount: null }, { reason: null }, { amount: 2 ** 31 }, { amount: 1.5 }]) {
      const input = { ...given, ...change } as never;
      const { data, errors } = await request(server.url, GrantCreditsDocument, { input }, ada.token);
      expect({ data, errors }).toMatchObject({ data: null, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
  });

  it('fills an account to 2,147,483,647 credits and not beyond', async () => {
    const server = await startTestServer({ config: { signupCredits: MOST_CREDITS - 10 } });
    const ada = await admin(server);
    const give = (amount: number) => ({ input: { userId: ada.id, amount, reason: 'because' } });

    const tooMany = await refused(server.url, GrantCreditsDocument, give(11), ada.token);
    expect(tooMany).toMatchObject({ code: 'BAD_USER_INPUT', field: 'amount' });

    const { grantCredits } = await ok(server.url, GrantCreditsDocument, give(10), ada.token);
    expect(grantCredits.credits).toBe(MOST_CREDITS);
    expect((await refused(server.url, GrantCreditsDocument, give(1), ada.token)).code).toBe('BAD_USER_INPUT');
    expect((await ok(server.url, MeDocument, {}, ada.token)).me.credits).toBe(MOST_CREDITS);
  });

  it('keeps the ledger’s sum equal to the balance when many grants come at once', async () => {
    const server = await startTestServer({ env: { RATE_MUTATIONS_PER_MINUTE: '0' } });
    const ada = await admin(server, 'ada');
    const people = [await student(server, 'sam'), await student(server, 'eve')];
    const amounts = Array.from({ length: 30 }, (_, index) => index * index + 1);

    await Promise.all(
      people.flatMap(({ id: userId }) =>
        amounts.map((amount) =>
          ok(server.url, GrantCreditsDocument, { input: { userId, amount, reason: 'because' } }, ada.token),
        ),
      ),
    );

    const expected = amounts.reduce((sum, amount) => sum + amount, 100);
    for (const { token } of people) {
      const { me } = await ok(server.url, MeDocument, {}, token);
      const { creditHistory } = await ok(server.url, CreditHistoryDocument, { first: 100 }, token);
      const oldestFirst = creditHistory.nodes.toReversed();
      expect(me.credits).toBe(expected);
      expect(oldestFirst.map(({ amount }) => amount).toSorted((a, b) => a - b)).toEqual(
        [...amounts, 100].toSorted((a, b) => a - b),
      );
      let balance = 0;
      for (const { amount, balanceAfter } of oldestFirst) {
        balance += amount;
        expect(balanceAfter).toBe(balance);
      }
    }
  });

  it('moves no balance when the entry cannot be written', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    await failWrites(server, 'insert', 'credit_entries');

    const input = { userId: ada.id, amount: 250, reason: 'because' };
    const error = await refused(server.url, GrantCreditsDocument, { input }, ada.token);

    expect(error.code).toBe('INTERNAL_SERVER_ERROR');
    expect((await ok(server.url, MeDocument, {}, ada.token)).me.credits).toBe(100);
  });
});

import { expect } from '@jest/globals';
import { ok } from './client.js';
import { CreditHistoryDocument, MeDocument } from './generated/graphql.js';
import type { Person } from './people.js';
import type { TestServer } from './server.js';

/** The ledger's sum is the balance, and every hold has its one release. */
export async function expectLedgerExact({ url }: Pick<TestServer, 'url'>, { token }: Person): Promise<void> {
  const { creditHistory } = await ok(url, CreditHistoryDocument, { first: 100 }, token);
  const { me } = await ok(url, MeDocument, {}, token);
  const entries = creditHistory.nodes;
  expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(me.credits);
  expect(entries[0]?.balanceAfter).toBe(me.credits);
  const heldFor = (reason: string) =>
    entries.filter((entry) => entry.reason === reason).map(({ chatId, jobId }) => `chat ${chatId} job ${jobId}`);
  expect(heldFor('RELEASE').sort()).toEqual(heldFor('HOLD').sort());
}

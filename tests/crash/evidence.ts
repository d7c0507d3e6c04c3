import { readStored } from '../support/stored.js';

/** What is stored of a data folder while no server runs on it. */
export interface Evidence {
  /** Questions by status. */
  chats: { id: number; status: string }[];
  /** Entries and usage rows of each answer. */
  accounts: { chatId: number; holds: number; releases: number; usageRows: number }[];
  /** Accounts whose balance is not the sum of their entries, or was not after one of them. */
  wrongBalances: unknown[];
}

export function readEvidence(dataDir: string): Promise<Evidence> {
  return readStored(dataDir, async (all) => ({
    chats: await all('select id, status from chat_history'),
    accounts: await all(`
      select id as "chatId",
        (select count(*) from credit_entries where chat_id = chat_history.id and reason = 'HOLD') as holds,
        (select count(*) from credit_entries where chat_id = chat_history.id and reason = 'RELEASE') as releases,
        (select count(*) from ai_usage_logs where chat_id = chat_history.id) as "usageRows"
      from chat_history`),
    wrongBalances: await all(`
      select user_id, credits, total, balance_after, running from (
        select user_id, balance_after,
          sum(amount) over (partition by user_id order by id) as running,
          sum(amount) over (partition by user_id) as total
        from credit_entries
      ) as entries join users on users.id = user_id
      where credits <> total or balance_after <> running`),
  }));
}

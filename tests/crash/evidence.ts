import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What a data folder says of itself while no server runs on it. */
export interface Evidence {
  integrity: unknown;
  foreignKeyFaults: unknown[];
  /** Questions by status. */
  chats: { id: number; status: string }[];
  /** Entries and usage rows of each answer. */
  accounts: { chatId: number; holds: number; releases: number; usageRows: number }[];
  /** Accounts whose balance is not the sum of their entries, or was not after one of them. */
  wrongBalances: unknown[];
}

export function readEvidence(dataDir: string): Evidence {
  const database = new Database(join(dataDir, 'app.db'), { readonly: true });
  try {
    const all = (sql: string) => database.prepare(sql).all();
    return {
      integrity: database.pragma('integrity_check', { simple: true }),
      foreignKeyFaults: database.pragma('foreign_key_check') as unknown[],
      chats: all('select id, status from chat_history') as Evidence['chats'],
      accounts: all(`
        select id as chatId,
          (select count(*) from credit_entries where chat_id = chat_history.id and reason = 'HOLD') as holds,
          (select count(*) from credit_entries where chat_id = chat_history.id and reason = 'RELEASE') as releases,
          (select count(*) from ai_usage_logs where chat_id = chat_history.id) as usageRows
        from chat_history`) as Evidence['accounts'],
      wrongBalances: all(`
        select user_id, credits, total, balance_after, running from (
          select user_id, balance_after,
            sum(amount) over (partition by user_id order by id) as running,
            sum(amount) over (partition by user_id) as total
          from credit_entries
        ) join users on users.id = user_id
        where credits <> total or balance_after <> running`),
    };
  } finally {
    database.close();
  }
}

// What the data folder says, read beside the server.
import { join } from 'node:path';
import Database from 'better-sqlite3';

export function openDatabase(folder) {
  const database = new Database(join(folder, 'data/app.db'), { readonly: true });
  const all = (sql, ...args) => database.prepare(sql).all(...args);
  return {
    integrity: () => database.pragma('integrity_check', { simple: true }),
    foreignKeyFaults: () => database.pragma('foreign_key_check'),
    rows: (requestIds) => all(ROWS, JSON.stringify(requestIds)),
    interrupted: () => all(INTERRUPTED),
    wrongBalances: () => all(WRONG_BALANCES),
    wrongSettlements: () => all(WRONG_SETTLEMENTS),
    strayEntries: () => all(STRAY_ENTRIES),
    twice: () => all(TWICE),
    close: () => database.close(),
  };
}

const ROWS = `
  select id, user_id as userId, client_request_id as requestId, status, response, credits_charged as creditsCharged
  from chat_history where client_request_id in (select value from json_each(?))`;

const INTERRUPTED = `
  select id, status, created_at as createdAt, completed_at as completedAt
  from chat_history where status in ('STREAMING', 'INTERRUPTED')`;

/** The balance is the entries' sum, after each of them and now. */
const WRONG_BALANCES = `
  select user_id, credits, total, entry, balance_after, running from (
    select id as entry, user_id, balance_after,
      sum(amount) over (partition by user_id order by id) as running,
      sum(amount) over (partition by user_id) as total
    from credit_entries
  ) join users on users.id = user_id
  where credits <> total or balance_after <> running or running < 0`;

/** One hold of what was held; no release while it streams, then one, of what was not charged; usage for a charge. */
const WRONG_SETTLEMENTS = `
  select * from (
    select id, status, response <> '' as has_text, hold_credits, credits_charged,
      (select json_group_array(amount) from credit_entries where chat_id = chat.id and reason = 'HOLD') as holds,
      (select json_group_array(amount) from credit_entries where chat_id = chat.id and reason = 'RELEASE') as releases,
      (select count(*) from credit_entries where chat_id = chat.id and user_id <> chat.user_id) as of_others,
      (select count(*) from ai_usage_logs where chat_id = chat.id) as usage_rows
    from chat_history chat
  ) where hold_credits = 0 or holds <> json_array(-hold_credits) or of_others > 0
    or releases <> iif(status = 'STREAMING', '[]', json_array(hold_credits - credits_charged))
    or credits_charged not between 0 and hold_credits
    or usage_rows > 1 or (status = 'STREAMING' and usage_rows > 0)
    or (credits_charged > 0) <> has_text and status <> 'STREAMING'
    or credits_charged > 0 and usage_rows = 0`;

const STRAY_ENTRIES = `
  select * from credit_entries
  where reason in ('HOLD', 'RELEASE') and chat_id not in (select id from chat_history) or chat_id is null and reason in ('HOLD', 'RELEASE')`;

const TWICE = `
  select user_id, client_request_id, count(*) from chat_history
  group by user_id, client_request_id having count(*) > 1`;

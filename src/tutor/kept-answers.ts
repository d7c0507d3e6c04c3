import { sql } from 'kysely';
import type { App } from '../shared/app.js';
import { Statement, type Writing } from '../shared/statement.js';
import { STREAMING } from './chat.row.js';
import { LEASE_MS } from './running-answer.js';

/** An answer by its row and the lease that its writer holds. */
interface Leased {
  chatId: number;
  leaseNumber: number;
}

/** Stores how far answers have come, and gives those that are this process's no more. */
export async function storeTexts(
  app: App,
  tx: Writing,
  answers: readonly (Leased & { response: string })[],
): Promise<Set<number>> {
  if (app.dialect.name === 'sqlite') return lostOf(answers, (answer) => tx.run(storeText, answer));
  if (answers.length === 0) return new Set();
  const responses = answers.map(({ response }) => response);
  const { rows } = await tx.run(storeAll, { ...keysOf(answers), responses });
  return missing(answers, rows);
}

/** Renews leases, and gives the answers that are this process's no more. */
export async function renewLeases(app: App, tx: Writing, answers: readonly Leased[]): Promise<Set<number>> {
  if (app.dialect.name === 'sqlite') {
    return lostOf(answers, ({ chatId, leaseNumber }) => tx.run(renewLease, { chatId, leaseNumber }));
  }
  if (answers.length === 0) return new Set();
  return missing(answers, (await tx.run(renewAll, keysOf(answers))).rows);
}

/** One by one, where a statement costs no way to the database. */
async function lostOf<Answer extends Leased>(
  answers: readonly Answer[],
  write: (answer: Answer) => Promise<{ changes: number }>,
): Promise<Set<number>> {
  const lost = new Set<number>();
  for (const answer of answers) if ((await write(answer)).changes === 0) lost.add(answer.chatId);
  return lost;
}

function keysOf(answers: readonly Leased[]): { ids: number[]; leases: number[] } {
  return { ids: answers.map(({ chatId }) => chatId), leases: answers.map(({ leaseNumber }) => leaseNumber) };
}

function missing(answers: readonly Leased[], kept: readonly { id: number }[]): Set<number> {
  const found = new Set(kept.map(({ id }) => id));
  return new Set(answers.map(({ chatId }) => chatId).filter((id) => !found.has(id)));
}

const storeText = new Statement<Leased & { response: string }>((db, { chatId, leaseNumber, response }) =>
  db
    .updateTable('chatHistory')
    .set({ response })
    .where('id', '=', chatId)
    .where('status', '=', STREAMING)
    .where('leaseNumber', '=', leaseNumber),
);

const renewLease = new Statement<Leased>((db, { chatId, leaseNumber }, { nowMs }) =>
  db
    .updateTable('chatHistory')
    .set({ leaseExpiresAt: sql<number>`${nowMs} + ${sql.lit(LEASE_MS)}` })
    .where('id', '=', chatId)
    .where('status', '=', STREAMING)
    .where('leaseNumber', '=', leaseNumber),
);

// PostgreSQL alone: all answers of a process in one statement.

const storeAll = new Statement<{ ids: number[]; leases: number[]; responses: string[] }, { id: number }>(
  (_db, { ids, leases, responses }) => sql<{ id: number }>`
    update "chat_history" as chat set "response" = kept.response
    from unnest(${ids}::bigint[], ${leases}::bigint[], ${responses}::text[]) as kept (id, lease, response)
    where chat."id" = kept.id and chat."status" = ${STREAMING} and chat."lease_number" = kept.lease
    returning chat."id"`,
);

const renewAll = new Statement<{ ids: number[]; leases: number[] }, { id: number }>(
  (_db, { ids, leases }, { nowMs }) => sql<{ id: number }>`
    update "chat_history" as chat set "lease_expires_at" = ${nowMs} + ${sql.lit(LEASE_MS)}
    from unnest(${ids}::bigint[], ${leases}::bigint[]) as kept (id, lease)
    where chat."id" = kept.id and chat."status" = ${STREAMING} and chat."lease_number" = kept.lease
    returning chat."id"`,
);

import type { EntityManager } from '@mikro-orm/sql';
import { recordAct } from '../accounts/audit.service.js';
import { UserRow } from '../accounts/user.row.js';
import { type App, transaction } from '../shared/app.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { only, Statement, type Writing } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import type { CreditEntryRow } from './credit-entry.row.js';

/** The API shows balances as `Int`. */
const MOST_CREDITS = 2_147_483_647;

/** The first entry of an account, in the transaction that makes it. */
export async function grantSignup(app: App, em: EntityManager, userId: number): Promise<void> {
  const amount = app.config.signupCredits;
  if (amount > 0) await addEntry(app, app.statements.within(em), { userId, amount, reason: 'SIGNUP' });
}

/**
 * Gives credits to an account.
 * @param actorId the administrator; null for the command line
 * @throws BAD_USER_INPUT on `amount`, NOT_FOUND
 */
export async function grant(
  app: App,
  userId: number,
  amount: number,
  note: string,
  actorId: number | null = null,
): Promise<void> {
  if (amount < 1 || amount > 1_000_000) throw badInput('amount', 'Grant 1 to 1,000,000 credits at a time.');
  await transaction(app, async (em) => {
    await app.statements.within(em).lock('users', userId);
    const user = await em.findOne(UserRow, { id: userId, deletedAt: null });
    if (!user) throw new CodedError('NOT_FOUND', 'There is no such account.', { field: 'userId' });
    if (user.credits + amount > MOST_CREDITS) throw badInput('amount', 'The account would hold too many credits.');
    await addEntry(app, app.statements.within(em), { userId, amount, reason: 'GRANT', note });
    await recordAct(app, em, { actorId, action: 'credits.grant', subjectId: userId, facts: { amount } });
  });
}

/** Sets credits aside for an answer, in the transaction that writes its row. @throws INSUFFICIENT_CREDITS */
export async function hold(app: App, tx: Writing, userId: number, chatId: number, credits: number): Promise<void> {
  if (credits === 0) return;
  if (await addEntry(app, tx, { userId, amount: -credits, reason: 'HOLD', chatId })) return;
  throw new CodedError(
    'INSUFFICIENT_CREDITS',
    `This question may cost up to ${credits} credits, more than you have. Ask your school for credits, or ask shorter.`,
  );
}

/** Gives back what of a hold was not charged: once for an answer, in the transaction that ends it. */
export async function settle(
  app: App,
  tx: Writing,
  held: { userId: number; chatId: number; credits: number },
  charge: number,
): Promise<void> {
  if (held.credits === 0) return;
  const amount = held.credits - charge;
  await addEntry(app, tx, { userId: held.userId, amount, reason: 'RELEASE', chatId: held.chatId });
}

/** One of a job's holds. */
export interface JobHold {
  jobId: number;
  jobHold: number;
}

/** Sets credits aside for a processing job, in the transaction that queues it. @throws INSUFFICIENT_CREDITS */
export async function holdForJob(
  app: App,
  em: EntityManager,
  userId: number,
  job: JobHold,
  credits: number,
): Promise<void> {
  if (credits === 0) return;
  if (await addEntry(app, app.statements.within(em), { userId, amount: -credits, reason: 'HOLD', ...job })) return;
  throw new CodedError(
    'INSUFFICIENT_CREDITS',
    `To write this video down costs ${credits} credits, more than you have. Ask your school for credits.`,
  );
}

/** Gives back what of a job's hold was not charged: once for a hold, in the transaction that ends the job. */
export async function settleJob(
  app: App,
  em: EntityManager,
  held: JobHold & { userId: number; credits: number },
  charge: number,
): Promise<void> {
  const { userId, credits, ...job } = held;
  if (credits > 0)
    await addEntry(app, app.statements.within(em), { userId, amount: credits - charge, reason: 'RELEASE', ...job });
}

/** Adds an entry and moves the balance with it; false, and nothing written, when the balance does not allow it. */
async function addEntry(
  app: App,
  tx: Writing,
  entry: Pick<CreditEntryRow, 'userId' | 'amount' | 'reason'> & { chatId?: number; note?: string } & Partial<JobHold>,
): Promise<boolean> {
  const { userId, amount, reason, chatId = null, jobId = null, jobHold = null, note = null } = entry;
  const [moved] = (await tx.run(moveBalance, { userId, amount, atLeast: -amount })).rows;
  if (!moved) return false;
  await app.checkpoint('ledger.balance-moved');
  const createdAt = app.clock.now();
  const balanceAfter = moved.credits;
  await tx.run(insertEntry, { userId, amount, balanceAfter, reason, chatId, jobId, jobHold, note, createdAt });
  return true;
}

// The condition stands in the statement: two asks at once cannot both see the same last credits.
const moveBalance = new Statement<{ userId: number; amount: number; atLeast: number }, { credits: number }>(
  (db, { userId, amount, atLeast }) =>
    db
      .updateTable('users')
      .set((eb) => ({ credits: eb('credits', '+', amount) }))
      .where('id', '=', userId)
      .where('credits', '>=', atLeast)
      .returning('credits'),
);

const NEW = ['userId', 'amount', 'balanceAfter', 'reason', 'chatId', 'jobId', 'jobHold', 'note', 'createdAt'] as const;

const insertEntry = new Statement<Pick<Tables['creditEntries'], (typeof NEW)[number]>>((db, entry) =>
  db.insertInto('creditEntries').values(only(entry, NEW) as Tables['creditEntries']),
);

import { raw } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { recordAct } from '../accounts/audit.service.js';
import { UserRow } from '../accounts/user.row.js';
import { type App, transaction } from '../shared/app.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { CreditEntryRow } from './credit-entry.row.js';

/** The API shows balances as `Int`. */
const MOST_CREDITS = 2_147_483_647;

/** The first entry of an account, in the transaction that makes it. */
export async function grantSignup(app: App, em: EntityManager, userId: number): Promise<void> {
  const amount = app.config.signupCredits;
  if (amount > 0) await addEntry(app, em, { userId, amount, reason: 'SIGNUP' });
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
    const user = await em.findOne(UserRow, { id: userId, deletedAt: null });
    if (!user) throw new CodedError('NOT_FOUND', 'There is no such account.', { field: 'userId' });
    if (user.credits + amount > MOST_CREDITS) throw badInput('amount', 'The account would hold too many credits.');
    await addEntry(app, em, { userId, amount, reason: 'GRANT', note });
    await recordAct(app, em, { actorId, action: 'credits.grant', subjectId: userId, facts: { amount } });
  });
}

/** Sets credits aside for an answer, in the transaction that writes its row. @throws INSUFFICIENT_CREDITS */
export async function hold(
  app: App,
  em: EntityManager,
  userId: number,
  chatId: number,
  credits: number,
): Promise<void> {
  if (credits === 0) return;
  if (await addEntry(app, em, { userId, amount: -credits, reason: 'HOLD', chatId })) return;
  throw new CodedError(
    'INSUFFICIENT_CREDITS',
    `This question may cost up to ${credits} credits, more than you have. Ask your school for credits, or ask shorter.`,
  );
}

/** Gives back what of a hold was not charged: once for an answer, in the transaction that ends it. */
export async function settle(
  app: App,
  em: EntityManager,
  held: { userId: number; chatId: number; credits: number },
  charge: number,
): Promise<void> {
  if (held.credits === 0) return;
  const amount = held.credits - charge;
  await addEntry(app, em, { userId: held.userId, amount, reason: 'RELEASE', chatId: held.chatId });
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
  if (await addEntry(app, em, { userId, amount: -credits, reason: 'HOLD', ...job })) return;
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
  if (credits > 0) await addEntry(app, em, { userId, amount: credits - charge, reason: 'RELEASE', ...job });
}

/** Adds an entry and moves the balance with it; false, and nothing written, when the balance does not allow it. */
async function addEntry(
  app: App,
  em: EntityManager,
  entry: Pick<CreditEntryRow, 'userId' | 'amount' | 'reason'> & { chatId?: number; note?: string } & Partial<JobHold>,
): Promise<boolean> {
  // The condition stands in the statement: two asks at once cannot both see the same last credits.
  const moved = await em.nativeUpdate(
    UserRow,
    { id: entry.userId, credits: { $gte: -entry.amount } },
    { credits: raw('credits + ?', [entry.amount]) },
  );
  if (moved === 0) return false;
  await app.checkpoint('ledger.balance-moved');
  const { credits } = await em.findOneOrFail(UserRow, entry.userId, { refresh: true });
  await em.insert(CreditEntryRow, { ...entry, balanceAfter: credits, createdAt: app.clock.now() });
  return true;
}

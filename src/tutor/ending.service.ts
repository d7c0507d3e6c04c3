import { settle } from '../credits/ledger.service.js';
import { priceOf } from '../credits/price.policy.js';
import { recordUsage, type Usage } from '../credits/usage.service.js';
import type { App } from '../shared/app.js';
import type { ErrorCode } from '../shared/coded-error.js';
import { only, Statement } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import { STREAMING } from './chat.row.js';
import type { Citation } from './citations.js';

export interface Failure {
  code: keyof typeof ErrorCode;
  message: string;
}

/** How an answer ends. */
export interface Ending {
  status: 'COMPLETED' | 'CANCELLED' | 'FAILED' | 'INTERRUPTED';
  failure: Failure | null;
  /** The whole text; null keeps what is stored. */
  response: string | null;
  truncated: boolean;
  citations: Citation[];
  /** Null when no provider took the call. */
  usage: Usage | null;
}

export const INTERRUPTED: Failure = {
  code: 'TUTOR_INTERRUPTED',
  message: 'The server was restarted while it answered: ask again to get a whole answer.',
};

/**
 * Ends an answer in one transaction: status, text, citations, usage row and settlement, or nothing of it.
 * @param leaseNumber the lease that the caller holds, or has seen expire
 * @returns false when the answer had its ending already, or belongs to another lease: whichever commits first stands
 */
export async function endAnswer(app: App, chatId: number, leaseNumber: number, ending: Ending): Promise<boolean> {
  const creditsCharged = await app.statements.transaction(async (tx) => {
    const [chat] = (await tx.run(runningChat, { chatId, leaseNumber })).rows;
    if (!chat) return null;
    const text = ending.response ?? chat.response;
    const charge = chargeFor(app, chat, text, ending.usage);
    // Only the deletion of its asker's account empties a question: then nothing of the answer is kept either.
    const forgotten = chat.message === '';
    await tx.run(endChat, {
      chatId,
      status: ending.status,
      response: forgotten ? '' : text,
      truncated: ending.truncated,
      citations: JSON.stringify(forgotten ? [] : ending.citations),
      failureCode: ending.failure?.code ?? null,
      failureMessage: ending.failure?.message ?? null,
      creditsCharged: charge,
      completedAt: app.clock.now(),
    });
    await app.checkpoint('ending.row-written');
    const { userId, provider, model, holdCredits } = chat;
    if (ending.usage) await recordUsage(app, tx, { userId, chatId, provider, model }, ending.usage);
    await settle(app, tx, { userId, chatId, credits: holdCredits }, charge);
    await app.checkpoint('ending.before-commit');
    return charge;
  });
  if (creditsCharged === null) return false;
  const { tokensInput, tokensOutput } = ending.usage ?? { tokensInput: 0, tokensOutput: 0 };
  const code = ending.failure?.code ?? 'OK';
  app.metrics.answerEnded({ status: ending.status, code, tokensInput, tokensOutput, creditsCharged });
  await app.checkpoint('ending.committed');
  return true;
}

/** The smaller of price and hold; nothing for an answer in which nothing can be read. */
function chargeFor(app: App, chat: RunningChat, text: string, usage: Usage | null): number {
  if (!usage || text.trim() === '') return 0;
  const price = priceOf({ input: chat.priceInput, output: chat.priceOutput }, usage.tokensInput, usage.tokensOutput);
  if (price > chat.holdCredits) {
    app.log.warn({ chatId: chat.id, price, hold: chat.holdCredits }, 'an answer cost more than was held: not charged');
  }
  return Math.min(price, chat.holdCredits);
}

const READ = [
  'id',
  'userId',
  'message',
  'response',
  'provider',
  'model',
  'priceInput',
  'priceOutput',
  'holdCredits',
] as const;

type RunningChat = Pick<Tables['chatHistory'], (typeof READ)[number]>;

const runningChat = new Statement<{ chatId: number; leaseNumber: number }, RunningChat>(
  (db, { chatId, leaseNumber }, dialect) =>
    dialect.locked(
      db
        .selectFrom('chatHistory')
        .select(READ)
        .where('id', '=', chatId)
        .where('status', '=', STREAMING)
        .where('leaseNumber', '=', leaseNumber),
    ),
);

const WRITTEN = [
  'status',
  'response',
  'truncated',
  'citations',
  'failureCode',
  'failureMessage',
  'creditsCharged',
  'completedAt',
] as const;

const endChat = new Statement<Pick<Tables['chatHistory'], (typeof WRITTEN)[number]> & { chatId: number }>((db, chat) =>
  db
    .updateTable('chatHistory')
    .set({ ...only(chat, WRITTEN), leaseNumber: null, leaseExpiresAt: null })
    .where('id', '=', chat.chatId)
    .where('status', '=', STREAMING),
);

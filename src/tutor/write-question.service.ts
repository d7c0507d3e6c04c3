import { sql } from 'kysely';
import { requireActive } from '../accounts/account.service.js';
import { hold } from '../credits/ledger.service.js';
import { holdFor } from '../credits/price.policy.js';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { only, Statement, type Writing } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import type { Question } from './ask.policy.js';
import { STREAMING } from './chat.row.js';
import type { Material } from './material.js';
import type { Prompt } from './prompt.js';
import { LEASE_MS } from './running-answer.js';

/**
 * Writes a question's row, leased to this process, and the hold of its credits, in the caller's transaction. Those
 * of one account come one after another: what is counted here still holds when it commits.
 * @returns the row's id, or null when a row of the same `clientRequestId` is there already
 * @throws TUTOR_BUSY, INSUFFICIENT_CREDITS
 */
export async function writeQuestion(
  app: App,
  tx: Writing,
  question: Question,
  { material, prompt, leaseNumber }: { material: Material; prompt: Prompt; leaseNumber: number },
): Promise<number | null> {
  const { userId, message, timestampVideo, timestampSeconds, clientRequestId } = question;
  // First: from here on nobody else writes in the name of this account.
  await requireActive(tx, userId);
  if (clientRequestId !== null && (await tx.run(sameRequest, { userId, clientRequestId })).rows.length > 0) return null;
  refuseWhileDraining(app);
  const { runningPerUser, maxOutputTokens } = app.config.tutor;
  const [running] = (await tx.run(countRunning, { userId })).rows;
  if (Number(running?.count) >= runningPerUser) {
    const facts = { retryAfterSeconds: 5 };
    throw new CodedError('TUTOR_BUSY', `You have ${runningPerUser} answers running: wait for one, or stop it.`, facts);
  }
  const { model } = app.tutor;
  const price = model.priced ? app.config.prices : { input: 0, output: 0 };
  const holdCredits = holdFor(price, prompt.tokens, maxOutputTokens);
  const { rows } = await tx.run(insertChat, {
    userId,
    lessonId: material.lessonId,
    message,
    timestampVideo,
    timestampSeconds,
    clientRequestId,
    createdAt: app.clock.now(),
    leaseNumber,
    provider: model.provider,
    model: model.name,
    language: material.transcriptLanguage,
    promptTokens: prompt.tokens,
    priceInput: price.input,
    priceOutput: price.output,
    holdCredits,
  });
  const chatId = (rows[0] as { id: number }).id;
  await app.checkpoint('ask.row-written');
  await hold(app, tx, userId, chatId, holdCredits);
  await app.checkpoint('ask.before-commit');
  return chatId;
}

/** @throws TUTOR_BUSY while the server is stopping */
export function refuseWhileDraining({ tutor }: App): void {
  if (!tutor.draining) return;
  throw new CodedError('TUTOR_BUSY', 'The server is restarting: ask again in a few seconds.', { retryAfterSeconds: 5 });
}

const sameRequest = new Statement<{ userId: number; clientRequestId: string }, { id: number }>(
  (db, { userId, clientRequestId }) =>
    db
      .selectFrom('chatHistory')
      .select('id')
      .where('userId', '=', userId)
      .where('clientRequestId', '=', clientRequestId),
);

const countRunning = new Statement<{ userId: number }, { count: number }>((db, { userId }) =>
  db
    .selectFrom('chatHistory')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('userId', '=', userId)
    .where('status', '=', STREAMING),
);

const GIVEN = [
  'userId',
  'lessonId',
  'message',
  'timestampVideo',
  'timestampSeconds',
  'clientRequestId',
  'createdAt',
  'leaseNumber',
  'provider',
  'model',
  'language',
  'promptTokens',
  'priceInput',
  'priceOutput',
  'holdCredits',
] as const;

type Chats = Tables['chatHistory'];

const insertChat = new Statement<Pick<Chats, (typeof GIVEN)[number]>, { id: number }>((db, chat, { nowMs }) =>
  db
    .insertInto('chatHistory')
    .values({
      ...only(chat, GIVEN),
      response: '',
      status: 'STREAMING',
      citations: '[]',
      truncated: false,
      creditsCharged: 0,
      leaseExpiresAt: sql<number>`${nowMs} + ${sql.lit(LEASE_MS)}`,
    } as never)
    .returning('id'),
);

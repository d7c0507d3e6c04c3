import type { EntityManager } from '@mikro-orm/sql';
import { requireActive } from '../accounts/account.service.js';
import { hold } from '../credits/ledger.service.js';
import { holdFor } from '../credits/price.policy.js';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import type { Question } from './ask.policy.js';
import { ChatRow } from './chat.row.js';
import type { Material } from './material.js';
import type { Prompt } from './prompt.js';
import { LEASE_MS } from './running-answer.js';

/**
 * Writes a question's row, leased to this process, and the hold of its credits, in the caller's transaction. Such
 * transactions come one after another: what is counted here still holds when it commits.
 * @returns the row's id, or null when a row of the same `clientRequestId` is there already
 * @throws TUTOR_BUSY, INSUFFICIENT_CREDITS
 */
export async function writeQuestion(
  app: App,
  em: EntityManager,
  question: Question,
  { material, prompt, leaseNumber }: { material: Material; prompt: Prompt; leaseNumber: number },
): Promise<number | null> {
  const { userId, message, timestampVideo, timestampSeconds, clientRequestId } = question;
  if (clientRequestId !== null && (await em.count(ChatRow, { userId, clientRequestId })) > 0) return null;
  refuseWhileDraining(app);
  await requireActive(em, userId);
  const { runningPerUser, maxOutputTokens } = app.config.tutor;
  if ((await em.count(ChatRow, { userId, status: 'STREAMING' })) >= runningPerUser) {
    const facts = { retryAfterSeconds: 5 };
    throw new CodedError('TUTOR_BUSY', `You have ${runningPerUser} answers running: wait for one, or stop it.`, facts);
  }
  const { model } = app.tutor;
  const price = model.priced ? app.config.prices : { input: 0, output: 0 };
  const holdCredits = holdFor(price, prompt.tokens, maxOutputTokens);
  const chatId = await em.insert(ChatRow, {
    userId,
    lessonId: material.lessonId,
    message,
    response: '',
    timestampVideo,
    timestampSeconds,
    status: 'STREAMING',
    citations: [],
    truncated: false,
    clientRequestId,
    createdAt: app.clock.now(),
    leaseNumber,
    leaseExpiresAt: (await app.dialect.readNowMs(em)) + LEASE_MS,
    provider: model.provider,
    model: model.name,
    language: material.transcriptLanguage,
    promptTokens: prompt.tokens,
    priceInput: price.input,
    priceOutput: price.output,
    holdCredits,
    creditsCharged: 0,
  });
  await app.checkpoint('ask.row-written');
  await hold(app, em, userId, chatId, holdCredits);
  await app.checkpoint('ask.before-commit');
  return chatId;
}

/** @throws TUTOR_BUSY while the server is stopping */
export function refuseWhileDraining({ tutor }: App): void {
  if (!tutor.draining) return;
  throw new CodedError('TUTOR_BUSY', 'The server is restarting: ask again in a few seconds.', { retryAfterSeconds: 5 });
}

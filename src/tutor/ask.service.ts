import { randomInt } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/sql';
import { findLesson, type LessonFields } from '../courses/lesson.queries.js';
import { hold } from '../credits/ledger.service.js';
import { holdFor } from '../credits/price.policy.js';
import { transaction } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { type TranscriptFields, transcriptsByLesson } from '../videos/transcript.queries.js';
import { checkClientRequestId, checkMessage, checkTimestamp, checkWithinVideo } from './ask.policy.js';
import type { AskTutorInput } from './ask-tutor.input.js';
import { type ChatFields, chatById, chatByRequest } from './chat.queries.js';
import { ChatRow } from './chat.row.js';
import { generate } from './generation.js';
import { gatherMaterial } from './material.queries.js';
import { buildPrompt, type Prompt } from './prompt.js';
import { LEASE_MS, RunningAnswer } from './running-answer.js';
import { loadTokenizer } from './token-count.js';

/** A question that passed its own checks. */
interface Question {
  userId: number;
  lessonId: string;
  message: string;
  timestampVideo: string | null;
  timestampSeconds: number | null;
  clientRequestId: string | null;
}

/**
 * Asks: writes the row and the hold in one transaction, starts the generation and gives the row. A repeat of the same
 * `clientRequestId` gives the row that it made, whatever has become of it, and starts nothing.
 * @throws UNAUTHENTICATED, NOT_FOUND, BAD_USER_INPUT, BAD_TIMESTAMP, CONFLICT, RATE_LIMITED, TUTOR_BUSY,
 *   INSUFFICIENT_CREDITS
 */
export async function ask(ctx: RequestContext, input: AskTutorInput): Promise<ChatFields> {
  const question = checkQuestion(requireViewer(ctx).id, input);
  const answered = await earlierAnswer(ctx, question);
  if (answered) return answered;

  refuseWhileDraining(ctx);
  const lesson = await findLesson(ctx, question.lessonId);
  if (!lesson) throw new CodedError('NOT_FOUND', 'There is no such lesson.', { field: 'lessonId' });
  const transcripts = (await transcriptsByLesson(ctx, lesson.id)) ?? [];
  if (question.timestampSeconds !== null) {
    checkWithinVideo(question.timestampSeconds, endOfVideo(lesson, transcripts));
  }
  await ctx.tutor.askRate.take(question.userId);

  const { userId, message, timestampSeconds } = question;
  const material = await gatherMaterial(ctx, { userId, lesson, transcripts, question: message, timestampSeconds });
  const prompt = buildPrompt(material, ctx.config.tutor.maxPromptTokens, await loadTokenizer());
  const leaseNumber = randomInt(2 ** 47);
  const askedAt = ctx.clock.monotonic();
  const chatId = await transaction(ctx, (em) =>
    writeQuestion(ctx, em, { question, lesson, prompt, leaseNumber, language: material.transcriptLanguage }),
  );
  if (chatId === 'asked before') return (await earlierAnswer(ctx, question)) as ChatFields;

  const answer = new RunningAnswer(chatId, leaseNumber, askedAt, ctx.clock);
  ctx.tutor.answers.add(answer);
  await ctx.checkpoint('ask.committed');
  void generate(ctx, answer, material, prompt);
  return (await chatById(ctx, chatId)) as ChatFields;
}

function checkQuestion(userId: number, input: AskTutorInput): Question {
  const { lessonId, timestampVideo = null, clientRequestId = null } = input;
  return {
    userId,
    lessonId,
    message: checkMessage(input.message),
    timestampVideo,
    timestampSeconds: timestampVideo === null ? null : checkTimestamp(timestampVideo),
    clientRequestId: clientRequestId === null ? null : checkClientRequestId(clientRequestId),
  };
}

function refuseWhileDraining({ tutor }: RequestContext): void {
  if (!tutor.draining) return;
  throw new CodedError('TUTOR_BUSY', 'The server is restarting: ask again in a few seconds.', { retryAfterSeconds: 5 });
}

/** The row that this request made before. @throws CONFLICT when it asked something else */
async function earlierAnswer(ctx: RequestContext, question: Question): Promise<ChatFields | undefined> {
  if (question.clientRequestId === null) return undefined;
  const chat = await chatByRequest(ctx, question.userId, question.clientRequestId);
  if (!chat) return undefined;
  const same =
    String(chat.lessonId) === question.lessonId &&
    chat.message === question.message &&
    chat.timestampSeconds === question.timestampSeconds;
  if (same) return chat;
  const message = 'This clientRequestId asked another question before: take a new one for each question.';
  throw new CodedError('CONFLICT', message, { field: 'clientRequestId' });
}

/** Seconds; null when nothing tells. */
function endOfVideo(lesson: LessonFields, transcripts: readonly TranscriptFields[]): number | null {
  if (lesson.durationSeconds !== null) return lesson.durationSeconds;
  const latest = Math.max(0, ...transcripts.map(({ durationMs }) => durationMs));
  return latest === 0 ? null : latest / 1000;
}

/** The row and its hold. Transactions that write come one after another, so what is counted here still holds. */
async function writeQuestion(
  ctx: RequestContext,
  em: EntityManager,
  {
    question,
    lesson,
    prompt,
    leaseNumber,
    language,
  }: { question: Question; lesson: LessonFields; prompt: Prompt; leaseNumber: number; language: string | null },
): Promise<number | 'asked before'> {
  const { userId, message, timestampVideo, timestampSeconds, clientRequestId } = question;
  if (clientRequestId !== null && (await em.count(ChatRow, { userId, clientRequestId })) > 0) return 'asked before';
  refuseWhileDraining(ctx);
  const { runningPerUser, maxOutputTokens } = ctx.config.tutor;
  if ((await em.count(ChatRow, { userId, status: 'STREAMING' })) >= runningPerUser) {
    const facts = { retryAfterSeconds: 5 };
    throw new CodedError('TUTOR_BUSY', `You have ${runningPerUser} answers running: wait for one, or stop it.`, facts);
  }
  const { model } = ctx.tutor;
  const price = model.priced ? ctx.config.prices : { input: 0, output: 0 };
  const credits = holdFor(price, prompt.tokens, maxOutputTokens);
  const chatId = await em.insert(ChatRow, {
    userId,
    lessonId: lesson.id,
    message,
    response: '',
    timestampVideo,
    timestampSeconds,
    status: 'STREAMING',
    citations: [],
    truncated: false,
    clientRequestId,
    createdAt: ctx.clock.now(),
    leaseNumber,
    leaseExpiresAt: (await ctx.dialect.readNowMs(em)) + LEASE_MS,
    provider: model.provider,
    model: model.name,
    language,
    promptTokens: prompt.tokens,
    priceInput: price.input,
    priceOutput: price.output,
    holdCredits: credits,
    creditsCharged: 0,
  });
  await hold(ctx, em, userId, chatId, credits);
  return chatId;
}

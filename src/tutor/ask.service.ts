import { randomInt } from 'node:crypto';
import { type AskedLesson, findAskedLesson, type LessonFields } from '../courses/lesson.queries.js';
import { CodedError } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { readTranscripts, type TranscriptFields } from '../videos/transcript.queries.js';
import { checkQuestion, checkWithinVideo, type Question } from './ask.policy.js';
import type { AskTutorInput } from './ask-tutor.input.js';
import { type ChatFields, chatByRequest } from './chat.queries.js';
import { generate } from './generation.js';
import { gatherMaterial } from './material.queries.js';
import { buildPrompt } from './prompt.js';
import { RunningAnswer } from './running-answer.js';
import { loadTokenizer } from './token-count.js';
import { refuseWhileDraining, writeQuestion } from './write-question.service.js';

/**
 * Asks: writes the row and the hold in one transaction, starts the generation and gives the row's id. A repeat of
 * the same `clientRequestId` gives the row that it made, whatever has become of it, and starts nothing.
 * @throws UNAUTHENTICATED, NOT_FOUND, BAD_USER_INPUT, BAD_TIMESTAMP, CONFLICT, RATE_LIMITED, TUTOR_BUSY,
 *   TUTOR_UNAVAILABLE, INSUFFICIENT_CREDITS
 */
export async function ask(ctx: RequestContext, input: AskTutorInput): Promise<number> {
  const question = checkQuestion(requireViewer(ctx).id, input);
  await ctx.tutor.turns.next();
  const answered = await earlierAnswer(ctx, question);
  if (answered) return answered.id;

  refuseWhileDraining(ctx);
  const lesson = await findAskedLesson(ctx, question.lessonId);
  if (!lesson) throw new CodedError('NOT_FOUND', 'There is no such lesson.', { field: 'lessonId' });
  const transcripts = await readTranscripts(ctx, lesson.id);
  if (question.timestampSeconds !== null) {
    checkWithinVideo(question.timestampSeconds, endOfVideo(lesson, transcripts));
  }
  await ctx.tutor.askRate.take(question.userId);
  const begun = begin(ctx, question, { lesson, transcripts });
  const { asking } = ctx.tutor;
  const settled: Promise<unknown> = begun.then(
    () => asking.delete(settled),
    () => asking.delete(settled),
  );
  asking.add(settled);
  const chatId = await begun;
  return chatId ?? ((await earlierAnswer(ctx, question)) as ChatFields).id;
}

/** Lets the question through to the model and starts its answer; null when the same request came first. */
async function begin(
  ctx: RequestContext,
  question: Question,
  about: { lesson: AskedLesson; transcripts: readonly TranscriptFields[] },
): Promise<number | null> {
  const admission = ctx.tutor.gate.admit();
  const committed = Promise.withResolvers<boolean>();
  const begun: RunningAnswer[] = [];
  try {
    const { userId, message, timestampSeconds } = question;
    const material = await gatherMaterial(ctx, { userId, question: message, timestampSeconds, ...about });
    const prompt = buildPrompt(material, ctx.config.tutor.maxPromptTokens, await loadTokenizer());
    const leaseNumber = randomInt(2 ** 47);
    const askedAt = ctx.clock.monotonic();
    const answer = await ctx.statements.transaction(async (tx) => {
      const chatId = await writeQuestion(ctx, tx, question, { material, prompt, leaseNumber });
      if (chatId === null) return null;
      const answer = new RunningAnswer(chatId, leaseNumber, askedAt, ctx.clock, ctx.config.tutor.maxAnswerBytes);
      begun.push(answer);
      // All that may refuse the question has been asked: the model reads it while the disk writes it.
      void generate(ctx, answer, { material, prompt, admission, committed: committed.promise });
      await underWay();
      return answer;
    });
    if (!answer) return null;
    ctx.tutor.answers.add(answer);
    committed.resolve(true);
    await ctx.checkpoint('ask.committed');
    return answer.chatId;
  } catch (error) {
    for (const answer of begun) answer.stop('lost');
    throw error;
  } finally {
    committed.resolve(false);
    if (begun.length === 0) admission.leave(null);
  }
}

/** Resolves when what was sent is in the sockets' hands: Node writes to them once this turn's code has run. */
function underWay(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
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

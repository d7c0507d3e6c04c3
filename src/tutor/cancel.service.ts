import type { EntityManager } from '@mikro-orm/sql';
import { LessonRow } from '../courses/lesson.row.js';
import { pause } from '../shared/abortable.js';
import { type App, transaction } from '../shared/app.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { CANCELLED } from './answer-relay.js';
import { type ChatFields, chatById, chatByRequest, ownChat } from './chat.queries.js';
import { ChatRow } from './chat.row.js';

const POLL_MS = 50;
/** The owner reads the request back within a second; if it is dead, a sweep ends the answer a little later. */
const PATIENCE_MS = 3000;

/**
 * Stops an answer and gives it as it ended; an answer that has ended already is given as it is.
 * @throws BAD_USER_INPUT unless exactly one of the two names is given, NOT_FOUND
 */
export async function cancelAnswer(
  ctx: RequestContext,
  names: { chatId?: string | null; clientRequestId?: string | null },
): Promise<ChatFields> {
  const { id: userId } = requireViewer(ctx);
  const chat = await namedChat(ctx, userId, names);
  if (!chat) throw new CodedError('NOT_FOUND', 'You have asked no such question.');
  if (chat.status === 'STREAMING') {
    await requestCancel(ctx, chat.id);
    await untilEnded(ctx, chat.id);
  }
  return (await chatById(ctx, chat.id)) ?? chat;
}

/** Asks whoever generates the answers of a deleted lesson or course to stop them, in the deletion's transaction. */
export async function cancelRunning(
  app: App,
  em: EntityManager,
  where: { courseId: number } | { lessonId: number },
): Promise<void> {
  const lessons = 'lessonId' in where ? [where.lessonId] : await lessonsOf(em, where.courseId);
  await em.nativeUpdate(
    ChatRow,
    { lessonId: { $in: lessons }, status: 'STREAMING', cancelRequestedAt: null },
    { cancelRequestedAt: app.clock.now() },
  );
}

async function lessonsOf(em: EntityManager, courseId: number): Promise<number[]> {
  const lessons = await em.find(LessonRow, { courseId, deletedAt: null }, { fields: ['id'] });
  return lessons.map(({ id }) => id);
}

function namedChat(
  ctx: RequestContext,
  userId: number,
  { chatId = null, clientRequestId = null }: { chatId?: string | null; clientRequestId?: string | null },
): Promise<ChatFields | undefined> {
  if ((chatId === null) === (clientRequestId === null)) {
    throw badInput('chatId', 'Name the answer by chatId or by clientRequestId: by exactly one of them.');
  }
  if (chatId !== null) return ownChat.find(ctx, chatId);
  return chatByRequest(ctx, userId, clientRequestId ?? '');
}

async function requestCancel(app: App, chatId: number): Promise<void> {
  const running = { id: chatId, status: 'STREAMING', cancelRequestedAt: null } as const;
  await transaction(app, (em) => em.nativeUpdate(ChatRow, running, { cancelRequestedAt: app.clock.now() }));
  await app.checkpoint('cancel.requested');
  const here = app.tutor.answers.get(chatId);
  if (here) here.stop('cancelled');
  else void app.bus.publish(CANCELLED, {});
}

async function untilEnded(ctx: RequestContext, chatId: number): Promise<void> {
  const until = ctx.clock.monotonic() + PATIENCE_MS;
  while (ctx.clock.monotonic() < until) {
    const running = ctx.tutor.answers.get(chatId);
    if (running) await running.ended;
    if ((await chatById(ctx, chatId))?.status !== 'STREAMING') return;
    await pause(POLL_MS);
  }
}

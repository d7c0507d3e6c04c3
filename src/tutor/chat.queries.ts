import { readableLesson } from '../courses/course.policy.js';
import type { App } from '../shared/app.js';
import { type Connection, type PageArgs, readPageById } from '../shared/page.js';
import type { RequestContext } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import { Statement } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';

const FIELDS = [
  'chatHistory.id',
  'chatHistory.userId',
  'chatHistory.lessonId',
  'chatHistory.message',
  'chatHistory.response',
  'chatHistory.timestampVideo',
  'chatHistory.timestampSeconds',
  'chatHistory.status',
  'chatHistory.citations',
  'chatHistory.creditsCharged',
  'chatHistory.failureCode',
  'chatHistory.failureMessage',
  'chatHistory.truncated',
  'chatHistory.createdAt',
  'chatHistory.completedAt',
] as const;

export type ChatFields = Pick<
  Tables['chatHistory'],
  | 'id'
  | 'userId'
  | 'lessonId'
  | 'message'
  | 'response'
  | 'timestampVideo'
  | 'timestampSeconds'
  | 'status'
  | 'citations'
  | 'creditsCharged'
  | 'failureCode'
  | 'failureMessage'
  | 'truncated'
  | 'createdAt'
  | 'completedAt'
>;

/** A message by its row, whoever asks and whatever became of its lesson: for what was already allowed. */
export async function chatById(app: App, id: number): Promise<ChatFields | undefined> {
  const [chat] = await app.statements.read(byId, { id });
  return chat;
}

const byId = new Statement<{ id: number }, ChatFields>((db, { id }) =>
  db.selectFrom('chatHistory').select(FIELDS).where('id', '=', id),
);

/** The message that a request of this user made. */
export async function chatByRequest(
  app: App,
  userId: number,
  clientRequestId: string,
): Promise<ChatFields | undefined> {
  const [chat] = await app.statements.read(byRequest, { userId, clientRequestId });
  return chat;
}

const byRequest = new Statement<{ userId: number; clientRequestId: string }, ChatFields>(
  (db, { userId, clientRequestId }) =>
    db
      .selectFrom('chatHistory')
      .select(FIELDS)
      .where('userId', '=', userId)
      .where('clientRequestId', '=', clientRequestId),
);

/** The viewer's message, or undefined when there is none, it is another's, or its lesson may not be read any more. */
export async function findOwnChat(ctx: RequestContext, userId: number, id: string): Promise<ChatFields | undefined> {
  return ownChats(ctx, userId)
    .where('chatHistory.id', '=', rowId(id) ?? -1)
    .executeTakeFirst();
}

/** The viewer's messages on a lesson, oldest first. */
export function findHistory(
  ctx: RequestContext,
  userId: number,
  lessonId: string,
  args: PageArgs,
): Promise<Connection<ChatFields>> {
  const chats = ownChats(ctx, userId).where('chatHistory.lessonId', '=', rowId(lessonId) ?? -1);
  return readPageById(args, chats, 'chatHistory.id', 'asc');
}

function ownChats(ctx: RequestContext, userId: number) {
  return ctx.read
    .selectFrom('chatHistory')
    .innerJoin('lessons', 'lessons.id', 'chatHistory.lessonId')
    .innerJoin('courses', 'courses.id', 'lessons.courseId')
    .select(FIELDS)
    .where('chatHistory.userId', '=', userId)
    .where((eb) => readableLesson(ctx.viewer)(eb as never));
}

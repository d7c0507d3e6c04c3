import { readableLesson } from '../courses/course.policy.js';
import type { App } from '../shared/app.js';
import { documentsIn } from '../shared/relation.js';
import { equalsId, oldestFirst, pageRead, type RowSet, rowRead } from '../shared/root-read.js';
import { columnsOf, type RowOf, source } from '../shared/source.js';
import { Statement } from '../shared/statement.js';
import type { Citation } from './citations.js';

const chats = source('chatHistory', [
  'id',
  'userId',
  'lessonId',
  'message',
  'response',
  'timestampVideo',
  'timestampSeconds',
  'status',
  'citations',
  'creditsCharged',
  'failureCode',
  'failureMessage',
  'truncated',
  'createdAt',
  'completedAt',
]);

export type ChatFields = RowOf<typeof chats>;

/** The viewer's messages on lessons that they may still read. */
const own: RowSet<typeof chats> = {
  source: chats,
  joins: [
    ['lessons', 'lessons.id', 'chatHistory.lessonId'],
    ['courses', 'courses.id', 'lessons.courseId'],
  ],
  visible: readableLesson,
  owner: 'userId',
};

/** The viewer's message, or undefined when there is none, it is another's, or its lesson may not be read any more. */
export const ownChat = rowRead(own);

/** The viewer's messages on a lesson, oldest first. */
export const history = pageRead(own, {
  filters: [equalsId('lessonId', 'chatHistory.lessonId')],
  order: oldestFirst,
});

/** The moments that an answer cites. */
export const citationsIn = documentsIn<Citation>('citations');

/** A message by its row, whoever asks and whatever became of its lesson: for what was already allowed. */
export async function chatById(app: App, id: number): Promise<ChatFields | undefined> {
  const [chat] = await app.statements.read(byId, { id });
  return chat;
}

const byId = new Statement<{ id: number }, ChatFields>((db, { id }) =>
  db.selectFrom('chatHistory').select(columnsOf(chats)).where('id', '=', id),
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
      .select(columnsOf(chats))
      .where('userId', '=', userId)
      .where('clientRequestId', '=', clientRequestId),
);

import { countOf, toMany, toOne } from '../shared/relation.js';
import { isAdmin, type RequestContext, type Viewer } from '../shared/request-context.js';
import { equalsId, type RowSet, rowRead, rowsRead } from '../shared/root-read.js';
import { rowId } from '../shared/row-id.js';
import { columnsOf, type RowOf, source } from '../shared/source.js';
import { Statement } from '../shared/statement.js';
import { readableLesson } from './course.policy.js';

const lessons = source('lessons', [
  'id',
  'courseId',
  'title',
  'videoUrl',
  'uploadedVideoId',
  'order',
  'durationSeconds',
]);

export type LessonFields = RowOf<typeof lessons>;

/** Lessons as the viewer may see them. */
const readable: RowSet<typeof lessons> = {
  source: lessons,
  joins: [['courses', 'courses.id', 'lessons.courseId']],
  visible: readableLesson,
};

/** The lesson, or undefined when there is none or the viewer may not know of it. */
export const lesson = rowRead(readable);

/** The lessons of a course, by order; none when the viewer may not know of it. */
export const lessonList = rowsRead(readable, {
  filters: [equalsId('courseId', 'lessons.courseId')],
  order: { columns: ['order'], direction: 'asc' },
});

/** The lessons of a course that the viewer was already allowed to read, by order. */
export const lessonsOf = toMany(lessons, 'courseId', { orderBy: 'order', live: true });

export const lessonCountOf = countOf('lessons', 'courseId', { live: true });

/** The lesson that something hangs on, whoever asks, deleted or not. */
export const lessonOf = toOne(lessons, 'lessonId');

/** What is asked about: a lesson, with the title of its course. */
export type AskedLesson = LessonFields & { courseTitle: string };

/** `lesson` with the title of its course. */
export async function findAskedLesson(ctx: RequestContext, id: string): Promise<AskedLesson | undefined> {
  const key = rowId(id);
  if (key === null) return undefined;
  const statement = isAdmin(ctx.viewer) ? ASKED.byAdmin : ctx.viewer ? ASKED.byOther : ASKED.byNobody;
  const [lesson] = await ctx.statements.read(statement, { id: key, viewerId: ctx.viewer?.id ?? 0 });
  return lesson;
}

/** Who may read what is said by the policy, for an account that is given when the statement runs. */
function askedLesson(viewerOf: (viewerId: number) => Viewer | null) {
  return new Statement<{ id: number; viewerId: number }, AskedLesson>((db, { id, viewerId }) =>
    db
      .selectFrom('lessons')
      .innerJoin('courses', 'courses.id', 'lessons.courseId')
      .select([...columnsOf(lessons), 'courses.title as courseTitle'])
      .where('lessons.id', '=', id)
      .where(readableLesson(viewerOf(viewerId))),
  );
}

const ASKED = {
  byNobody: askedLesson(() => null),
  byAdmin: askedLesson((id) => ({ id, role: 'ADMIN', sessionId: 0 })),
  byOther: askedLesson((id) => ({ id, role: 'STUDENT', sessionId: 0 })),
};

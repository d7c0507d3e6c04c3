import { batched, byKey } from '../shared/batch.js';
import { isAdmin, type RequestContext, type Viewer } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import { Statement } from '../shared/statement.js';
import type { Columns } from '../shared/tables.js';
import { readableLesson } from './course.policy.js';
import type { LessonRow } from './lesson.row.js';

export type LessonFields = Pick<
  Columns<LessonRow>,
  'id' | 'courseId' | 'title' | 'videoUrl' | 'order' | 'durationSeconds'
>;

const FIELDS = [
  'lessons.id',
  'lessons.courseId',
  'lessons.title',
  'lessons.videoUrl',
  'lessons.order',
  'lessons.durationSeconds',
] as const;

/** The lesson, or undefined when there is none or the viewer may not know of it. */
export async function findLesson(ctx: RequestContext, id: string): Promise<LessonFields | undefined> {
  const key = rowId(id);
  if (key === null) return undefined;
  return ctx.read
    .selectFrom('lessons')
    .innerJoin('courses', 'courses.id', 'lessons.courseId')
    .select(FIELDS)
    .where('lessons.id', '=', key)
    .where(readableLesson(ctx.viewer))
    .executeTakeFirst();
}

/** The lessons of each course, by order; for courses that the viewer was already allowed to read. */
export const lessonsByCourse = batched(async (ctx, courseIds: readonly number[]) => {
  const rows = await ctx.read
    .selectFrom('lessons')
    .select(FIELDS)
    .where('lessons.courseId', 'in', courseIds)
    .where('lessons.deletedAt', 'is', null)
    .orderBy('lessons.courseId')
    .orderBy('lessons.order')
    .execute();
  return Map.groupBy(rows, (row) => row.courseId);
});

/** A lesson whoever asks, deleted or not: for what hangs below something the viewer was already allowed to read. */
export const lessonById = batched(async (ctx, ids: readonly number[]) => {
  const rows = await ctx.read.selectFrom('lessons').select(FIELDS).where('lessons.id', 'in', ids).execute();
  return byKey(rows, (row) => row.id);
});

export const lessonCountByCourse = batched(async (ctx, courseIds: readonly number[]) => {
  const rows = await ctx.read
    .selectFrom('lessons')
    .select((eb) => ['courseId', eb.fn.countAll<number>().as('count')] as const)
    .where('courseId', 'in', courseIds)
    .where('deletedAt', 'is', null)
    .groupBy('courseId')
    .execute();
  return new Map(rows.map((row) => [row.courseId, Number(row.count)]));
});

/** What is asked about: a lesson, with the title of its course. */
export type AskedLesson = LessonFields & { courseTitle: string };

/** `findLesson` with the title of its course. */
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
      .select([...FIELDS, 'courses.title as courseTitle'])
      .where('lessons.id', '=', id)
      .where(readableLesson(viewerOf(viewerId))),
  );
}

const ASKED = {
  byNobody: askedLesson(() => null),
  byAdmin: askedLesson((id) => ({ id, role: 'ADMIN', sessionId: 0 })),
  byOther: askedLesson((id) => ({ id, role: 'STUDENT', sessionId: 0 })),
};

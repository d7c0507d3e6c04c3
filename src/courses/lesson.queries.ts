import { batched, byKey } from '../shared/batch.js';
import type { RequestContext } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import type { Columns } from '../shared/tables.js';
import { readableLesson } from './course.policy.js';
import type { LessonRow } from './lesson.row.js';

export type LessonFields = Pick<
  Columns<LessonRow>,
  'id' | 'courseId' | 'title' | 'videoUrl' | 'uploadedVideoId' | 'order' | 'durationSeconds'
>;

const FIELDS = [
  'lessons.id',
  'lessons.courseId',
  'lessons.title',
  'lessons.videoUrl',
  'lessons.uploadedVideoId',
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

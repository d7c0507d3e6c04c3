import { raw } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { transaction } from '../shared/app.js';
import { badInput } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import { requireChange } from './course.policy.js';
import { lockedCourse } from './course.service.js';
import { auditForeignChange } from './foreign-change.service.js';
import { LessonRow } from './lesson.row.js';

/** `lessons` is a plain list, so it has an end. */
export const MOST_LESSONS = 500;

/** Puts all lessons of a course in this order. @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT on `lessonIds` */
export async function reorderLessons(ctx: RequestContext, courseId: string, order: string[]): Promise<number> {
  const viewer = requireViewer(ctx);
  return transaction(ctx, async (em) => {
    const course = await lockedCourse(ctx, em, courseId);
    requireChange(viewer, course, 'course');
    const present = new Set(await lessonIds(em, course.id));
    const wanted = new Set(order.map((id) => rowId(id) ?? -1));
    if (order.length !== wanted.size || wanted.symmetricDifference(present).size > 0) {
      throw badInput('lessonIds', `Name each of the ${present.size} lessons of the course once.`);
    }
    await writeOrder(em, course.id, [...wanted]);
    await auditForeignChange(ctx, em, course.id, 'lessons.reorder');
    return course.id;
  });
}

/** The lessons of a course, by order. */
export async function lessonIds(em: EntityManager, courseId: number): Promise<number[]> {
  const rows = await em.find(LessonRow, { courseId, deletedAt: null }, { fields: ['id'], orderBy: { order: 'asc' } });
  return rows.map((row) => row.id);
}

/** The ids with one of them moved to a place from 1; beyond the end means last. @throws BAD_USER_INPUT on `order` */
export function moved(ids: readonly number[], id: number, order: number): number[] {
  if (order < 1) throw badInput('order', 'Places begin at 1.');
  return ids.filter((each) => each !== id).toSpliced(order - 1, 0, id);
}

/** Numbers the lessons 1, 2, 3 … as they are given. */
export async function writeOrder(em: EntityManager, courseId: number, ids: readonly number[]): Promise<void> {
  // The unique index is checked row by row: out of the way first, below zero, then each to its place.
  await em.nativeUpdate(LessonRow, { courseId, deletedAt: null }, { order: raw('-??', ['order']) });
  for (const [index, id] of ids.entries()) await em.nativeUpdate(LessonRow, { id }, { order: index + 1 });
}

import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import { badInput, CodedError } from '../shared/coded-error.js';
import { isAdmin, type Viewer } from '../shared/request-context.js';
import { storable } from '../shared/storable.js';
import type { Tables } from '../shared/tables.js';

/** Whether the viewer may read a course and all below it: published to anyone, a draft to its instructor and admins. */
export function mayRead(viewer: Viewer | null, course: { status: string; instructorId: number }): boolean {
  return course.status === 'PUBLISHED' || mayChange(viewer, course);
}

export function mayChange(viewer: Viewer | null, course: { instructorId: number }): boolean {
  return viewer !== null && (isAdmin(viewer) || viewer.id === course.instructorId);
}

/** `mayRead` as a condition on a query that has `courses` in it; deleted courses are no one's. */
export function readableCourse(viewer: Viewer | null) {
  return (eb: ExpressionBuilder<Tables, 'courses'>): Expression<SqlBool> => {
    const alive = eb('courses.deletedAt', 'is', null);
    if (isAdmin(viewer)) return alive;
    const published = eb('courses.status', '=', 'PUBLISHED');
    return viewer
      ? eb.and([alive, eb.or([published, eb('courses.instructorId', '=', viewer.id)])])
      : eb.and([alive, published]);
  };
}

/** `mayChange` as a condition on a query that has `courses` in it; deleted courses are no one's. */
export function changeableCourse(viewer: Viewer | null) {
  return (eb: ExpressionBuilder<Tables, 'courses'>): Expression<SqlBool> => {
    const alive = eb('courses.deletedAt', 'is', null);
    return isAdmin(viewer) ? alive : eb.and([alive, eb('courses.instructorId', '=', viewer?.id ?? -1)]);
  };
}

/** `readableCourse` for a query that has `lessons` too; deleted lessons are no one's. */
export function readableLesson(viewer: Viewer | null) {
  return (eb: ExpressionBuilder<Tables, 'courses' | 'lessons'>): Expression<SqlBool> =>
    eb.and([eb('lessons.deletedAt', 'is', null), readableCourse(viewer)(eb as never)]);
}

/**
 * Refuses a change to a course: `NOT_FOUND` for what the viewer may not know of, `FORBIDDEN` for what they may read
 * but do not own.
 */
export function requireChange<C extends { status: string; instructorId: number }>(
  viewer: Viewer,
  course: C | null | undefined,
  noun: string,
): asserts course is C {
  if (!course || !mayRead(viewer, course)) throw new CodedError('NOT_FOUND', `There is no such ${noun}.`);
  if (!mayChange(viewer, course)) {
    throw new CodedError('FORBIDDEN', `Only the instructor of this course may change the ${noun}.`);
  }
}

/** A title without the spaces around it. @throws BAD_USER_INPUT on `title` */
export function checkTitle(title: string): string {
  const trimmed = storable(title.trim());
  if (trimmed.length >= 1 && trimmed.length <= 200) return trimmed;
  throw badInput('title', 'A title has 1 to 200 characters.');
}

/** @throws BAD_USER_INPUT on `description` */
export function checkDescription(description: string): string {
  const trimmed = storable(description.trim());
  if (trimmed.length <= 10_000) return trimmed;
  throw badInput('description', 'A description has at most 10,000 characters.');
}

/** @throws BAD_USER_INPUT on `durationSeconds` */
export function checkDuration(seconds: number | null): number | null {
  if (seconds === null || (seconds >= 1 && seconds <= 360_000)) return seconds;
  throw badInput('durationSeconds', 'A duration is 1 to 360,000 seconds.');
}

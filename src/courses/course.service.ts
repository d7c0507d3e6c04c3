import type { EntityManager } from '@mikro-orm/sql';
import { requireActive } from '../accounts/account.service.js';
import { type App, transaction } from '../shared/app.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { fold } from '../shared/fold.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import type { CreateCourseInput, UpdateCourseInput } from './course.input.js';
import { checkDescription, checkTitle, requireChange } from './course.policy.js';
import { CourseRow } from './course.row.js';
import { auditForeignChange, fieldsOf } from './foreign-change.service.js';
import { LessonRow } from './lesson.row.js';
import { checkMediaUrl } from './media-url.policy.js';

/** Makes a course of the viewer's. @throws FORBIDDEN for a student, BAD_USER_INPUT with the field */
export async function createCourse(
  ctx: RequestContext,
  input: Partial<CreateCourseInput> & { title: string },
): Promise<CourseRow> {
  const viewer = requireViewer(ctx);
  if (viewer.role === 'STUDENT') {
    throw new CodedError('FORBIDDEN', 'Only instructors create courses: register with the role INSTRUCTOR.');
  }
  const title = checkTitle(input.title);
  const description = checkDescription(input.description ?? '');
  const now = ctx.clock.now();
  return transaction(ctx, async (em) => {
    await requireActive(ctx.statements.within(em), viewer.id);
    const course = em.create(CourseRow, {
      title,
      description,
      thumbnailUrl: input.thumbnailUrl == null ? null : checkMediaUrl('thumbnailUrl', input.thumbnailUrl, ctx.config),
      instructorId: viewer.id,
      status: input.status ?? 'DRAFT',
      searchText: searchText(title, description),
      createdAt: now,
      updatedAt: now,
    });
    await em.flush();
    return course;
  });
}

/** Changes what the input names. @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT with the field */
export async function updateCourse(ctx: RequestContext, id: string, input: UpdateCourseInput): Promise<CourseRow> {
  const viewer = requireViewer(ctx);
  return transaction(ctx, async (em) => {
    const course = await lockedCourse(ctx, em, id);
    requireChange(viewer, course, 'course');
    if (input.title !== undefined) course.title = checkTitle(input.title ?? '');
    if (input.description !== undefined) course.description = checkDescription(input.description ?? '');
    if (input.status === null) throw badInput('status', 'Set the status to DRAFT or PUBLISHED, or leave it out.');
    if (input.status !== undefined) course.status = input.status;
    if (input.thumbnailUrl !== undefined) {
      course.thumbnailUrl =
        input.thumbnailUrl === null ? null : checkMediaUrl('thumbnailUrl', input.thumbnailUrl, ctx.config);
    }
    course.searchText = searchText(course.title, course.description);
    course.updatedAt = ctx.clock.now();
    await em.flush();
    await auditForeignChange(ctx, em, course.id, 'course.update', { fields: fieldsOf(input) });
    return course;
  });
}

/** Hides the course, its lessons and what hangs on them from every read. @throws NOT_FOUND, FORBIDDEN */
export async function deleteCourse(ctx: RequestContext, id: string): Promise<void> {
  const viewer = requireViewer(ctx);
  await transaction(ctx, async (em) => {
    const course = await lockedCourse(ctx, em, id);
    requireChange(viewer, course, 'course');
    const deletedAt = ctx.clock.now();
    course.deletedAt = deletedAt;
    await em.flush();
    // Announced first: whoever answers looks for the lessons that are deleted now.
    await ctx.hooks.announce(ctx, em, 'courseDeleted', { courseId: course.id });
    await em.nativeUpdate(LessonRow, { courseId: course.id, deletedAt: null }, { deletedAt });
    await auditForeignChange(ctx, em, course.id, 'course.delete');
  });
}

/**
 * A course that is not deleted. Whatever is written of it or below it is written by who has locked it: two changes at
 * once come one after another.
 */
export async function lockedCourse(app: App, em: EntityManager, id: string): Promise<CourseRow | null> {
  const key = rowId(id) ?? -1;
  await app.statements.within(em).lock('courses', key);
  return em.findOne(CourseRow, { id: key, deletedAt: null });
}

/** Keeps an account from being deleted while it has courses, which nobody could change then. @throws CONFLICT */
export async function refuseWhileTeaching(_app: App, em: EntityManager, userId: number): Promise<void> {
  const courses = await em.count(CourseRow, { instructorId: userId, deletedAt: null });
  if (courses === 0) return;
  throw new CodedError(
    'CONFLICT',
    `You have ${courses === 1 ? 'a course' : `${courses} courses`}: delete first what you teach, or ask an administrator.`,
  );
}

/** What the catalogue's search looks in. */
export function searchText(title: string, description: string): string {
  return fold(`${title}\n${description}`);
}

import type { EntityManager } from '@mikro-orm/sql';
import { type App, transaction } from '../shared/app.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { type RequestContext, requireViewer, type Viewer } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import { checkDuration, checkTitle, requireChange } from './course.policy.js';
import { CourseRow } from './course.row.js';
import { lockedCourse } from './course.service.js';
import { auditForeignChange, fieldsOf } from './foreign-change.service.js';
import type { CreateLessonInput, UpdateLessonInput } from './lesson.input.js';
import { LessonRow } from './lesson.row.js';
import { lessonIds, MOST_LESSONS, moved, writeOrder } from './lesson-order.service.js';
import { checkMediaUrl, isServedHere } from './media-url.policy.js';

/** Adds a lesson, at its place or at the end. @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT with the field */
export async function createLesson(ctx: RequestContext, input: CreateLessonInput): Promise<LessonRow> {
  const viewer = requireViewer(ctx);
  return transaction(ctx, async (em) => {
    const course = await lockedCourse(ctx, em, input.courseId);
    requireChange(viewer, course, 'course');
    const others = await lessonIds(em, course.id);
    if (others.length >= MOST_LESSONS) throw badInput('courseId', `A course has at most ${MOST_LESSONS} lessons.`);
    const now = ctx.clock.now();
    const lesson = em.create(LessonRow, {
      courseId: course.id,
      title: checkTitle(input.title),
      videoUrl: input.videoUrl == null ? null : checkMediaUrl('videoUrl', input.videoUrl, ctx.config),
      durationSeconds: checkDuration(input.durationSeconds ?? null),
      order: others.length + 1,
      createdAt: now,
      updatedAt: now,
    });
    await em.flush();
    if (input.order != null) await writeOrder(em, course.id, moved([...others, lesson.id], lesson.id, input.order));
    await em.refresh(lesson);
    await auditForeignChange(ctx, em, course.id, 'lesson.create', { lessonId: lesson.id });
    return lesson;
  });
}

/** Changes what the input names. @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT with the field */
export async function updateLesson(ctx: RequestContext, id: string, input: UpdateLessonInput): Promise<LessonRow> {
  const viewer = requireViewer(ctx);
  return transaction(ctx, async (em) => {
    const lesson = await changeableLesson(ctx, em, viewer, id);
    if (input.title !== undefined) lesson.title = checkTitle(input.title ?? '');
    // A form that sends back what it has read changes nothing: that is no address to link to.
    if (input.videoUrl !== undefined && !isServedHere(input.videoUrl, ctx.config)) {
      lesson.videoUrl = input.videoUrl === null ? null : checkMediaUrl('videoUrl', input.videoUrl, ctx.config);
      lesson.uploadedVideoId = null;
    }
    if (input.durationSeconds !== undefined) lesson.durationSeconds = checkDuration(input.durationSeconds);
    lesson.updatedAt = ctx.clock.now();
    await em.flush();
    if (input.order === null) throw badInput('order', 'Set the order to a place from 1, or leave it out.');
    if (input.order !== undefined) {
      const ids = await lessonIds(em, lesson.courseId);
      await writeOrder(em, lesson.courseId, moved(ids, lesson.id, input.order));
      await em.refresh(lesson);
    }
    const facts = { lessonId: lesson.id, fields: fieldsOf(input) };
    await auditForeignChange(ctx, em, lesson.courseId, 'lesson.update', facts);
    return lesson;
  });
}

/** Hides the lesson and closes the gap that it leaves. @throws NOT_FOUND, FORBIDDEN */
export async function deleteLesson(ctx: RequestContext, id: string): Promise<void> {
  const viewer = requireViewer(ctx);
  await transaction(ctx, async (em) => {
    const lesson = await changeableLesson(ctx, em, viewer, id);
    lesson.deletedAt = ctx.clock.now();
    await em.flush();
    await writeOrder(em, lesson.courseId, await lessonIds(em, lesson.courseId));
    await ctx.hooks.announce(ctx, em, 'lessonDeleted', { lessonId: lesson.id });
    await auditForeignChange(ctx, em, lesson.courseId, 'lesson.delete', { lessonId: lesson.id });
  });
}

/**
 * A lesson that the viewer may change. For other slices that write below a lesson, in their transaction: its course is
 * locked until that ends.
 * @throws NOT_FOUND, FORBIDDEN
 */
export async function changeableLesson(app: App, em: EntityManager, viewer: Viewer, id: string): Promise<LessonRow> {
  const key = rowId(id) ?? -1;
  await lockCourseOf(app, em, key);
  const lesson = await em.findOne(LessonRow, { id: key, deletedAt: null });
  const course = lesson && (await em.findOne(CourseRow, { id: lesson.courseId, deletedAt: null }));
  requireChange(viewer, course, 'lesson');
  if (!lesson) throw new CodedError('NOT_FOUND', 'There is no such lesson.');
  return lesson;
}

/** Locks the course of a lesson: for what is written below it past `changeableLesson`. */
export function lockCourseOf(app: App, em: EntityManager, lessonId: number): Promise<void> {
  return app.statements.within(em).lock('courses', lessonId, { table: 'lessons', column: 'courseId' });
}

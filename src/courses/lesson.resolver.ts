import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Reads } from '../shared/reading.js';
import type { RequestContext } from '../shared/request-context.js';
import { courseOf } from './course.queries.js';
import { Course } from './course.type.js';
import { CreateLessonInput, UpdateLessonInput } from './lesson.input.js';
import { type LessonFields, lesson, lessonList, lessonsOf } from './lesson.queries.js';
import { createLesson, deleteLesson, updateLesson } from './lesson.service.js';
import { Lesson } from './lesson.type.js';
import { reorderLessons } from './lesson-order.service.js';

@Resolver(() => Lesson)
export class LessonResolver {
  @Query(() => [Lesson], {
    description: 'The lessons of a course, by order; empty when the viewer may not know of it.',
  })
  @Reads(lessonList)
  lessons(@Arg('courseId', () => ID) courseId: string, @Ctx() ctx: RequestContext) {
    return lessonList.list(ctx, { courseId });
  }

  @Query(() => Lesson, {
    nullable: true,
    description: 'A lesson; null when there is none or the viewer may not know of it.',
  })
  @Reads(lesson)
  lesson(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext) {
    return lesson.find(ctx, id);
  }

  @Mutation(() => Lesson, {
    description: 'Adds a lesson to a course. Its instructor only: `FORBIDDEN`, `NOT_FOUND`, `BAD_USER_INPUT`.',
  })
  createLesson(@Arg('input') input: CreateLessonInput, @Ctx() ctx: RequestContext) {
    return createLesson(ctx, input);
  }

  @Mutation(() => Lesson, {
    description: 'Changes a lesson. Its instructor only: `FORBIDDEN`, `NOT_FOUND`, `BAD_USER_INPUT`.',
  })
  updateLesson(@Arg('id', () => ID) id: string, @Arg('input') input: UpdateLessonInput, @Ctx() ctx: RequestContext) {
    return updateLesson(ctx, id, input);
  }

  @Mutation(() => Boolean, {
    description:
      'Hides a lesson and its chats from every read, and closes the gap in the order; running answers end as ' +
      '`CANCELLED`. Its instructor only: `FORBIDDEN`, `NOT_FOUND`.',
  })
  async deleteLesson(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext): Promise<boolean> {
    await deleteLesson(ctx, id);
    return true;
  }

  @Mutation(() => [Lesson], {
    description:
      'Puts the lessons of a course in this order; every lesson must be named once. Its instructor only: ' +
      '`FORBIDDEN`, `NOT_FOUND`, `BAD_USER_INPUT` on `lessonIds`.',
  })
  async reorderLessons(
    @Arg('courseId', () => ID) courseId: string,
    @Arg('lessonIds', () => [ID]) lessonIds: string[],
    @Ctx() ctx: RequestContext,
  ) {
    return lessonsOf.of(ctx, await reorderLessons(ctx, courseId, lessonIds));
  }

  @FieldResolver(() => Course, { description: 'The course that it belongs to.' })
  @Reads(courseOf)
  course(@Root() { courseId }: LessonFields, @Ctx() ctx: RequestContext) {
    return courseOf.of(ctx, courseId);
  }
}

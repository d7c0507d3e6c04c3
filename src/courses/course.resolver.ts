import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { instructorOf } from '../accounts/account.queries.js';
import { User } from '../accounts/account.type.js';
import { ConnectionArgs } from '../shared/page.js';
import { Reads } from '../shared/reading.js';
import type { RequestContext } from '../shared/request-context.js';
import { CreateCourseInput, UpdateCourseInput } from './course.input.js';
import { type CourseFields, catalogue, course } from './course.queries.js';
import { createCourse, deleteCourse, updateCourse } from './course.service.js';
import { Course, CourseConnection, CourseOrder } from './course.type.js';
import { lessonCountOf, lessonsOf } from './lesson.queries.js';
import { Lesson } from './lesson.type.js';

@ArgsType()
class CoursesArgs extends ConnectionArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Words that must all occur in title or description, without regard to case and accents; at most 200 characters.',
  })
  search!: string | null;

  @Field(() => ID, { nullable: true, description: 'Only the courses of this instructor.' })
  instructorId!: string | null;

  @Field(() => CourseOrder, { nullable: true, defaultValue: CourseOrder.NEWEST, description: 'How they are sorted.' })
  orderBy!: CourseOrder | null;
}

@Resolver(() => Course)
export class CourseResolver {
  @Query(() => CourseConnection, {
    description: 'The catalogue: published courses, and the viewer’s own drafts. `BAD_USER_INPUT` on `first`, `after`.',
  })
  @Reads(catalogue)
  courses(@Args(() => CoursesArgs) args: CoursesArgs, @Ctx() ctx: RequestContext) {
    return catalogue.page(ctx, args);
  }

  @Query(() => Course, {
    nullable: true,
    description: 'A course; null when there is none or the viewer may not know of it.',
  })
  @Reads(course)
  course(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext) {
    return course.find(ctx, id);
  }

  @Mutation(() => Course, { description: 'Creates a course. Instructors only: `FORBIDDEN`; `BAD_USER_INPUT`.' })
  createCourse(@Arg('input') input: CreateCourseInput, @Ctx() ctx: RequestContext) {
    return createCourse(ctx, input);
  }

  @Mutation(() => Course, { description: 'Changes a course. Its instructor only: `FORBIDDEN`, `NOT_FOUND`.' })
  updateCourse(@Arg('id', () => ID) id: string, @Arg('input') input: UpdateCourseInput, @Ctx() ctx: RequestContext) {
    return updateCourse(ctx, id, input);
  }

  @Mutation(() => Boolean, {
    description:
      'Hides a course with its lessons and chats from every read; running answers end as `CANCELLED`. ' +
      'Its instructor only: `FORBIDDEN`, `NOT_FOUND`.',
  })
  async deleteCourse(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext): Promise<boolean> {
    await deleteCourse(ctx, id);
    return true;
  }

  @FieldResolver(() => User, { description: 'Who teaches it.' })
  @Reads(instructorOf)
  instructor(@Root() { instructorId }: CourseFields, @Ctx() ctx: RequestContext) {
    return instructorOf.of(ctx, instructorId);
  }

  @FieldResolver(() => [Lesson], { description: 'Its lessons, by order; at most 500.' })
  @Reads(lessonsOf)
  lessons(@Root() { id }: CourseFields, @Ctx() ctx: RequestContext) {
    return lessonsOf.of(ctx, id);
  }

  @FieldResolver(() => Int, { description: 'How many lessons it has.' })
  @Reads(lessonCountOf)
  lessonCount(@Root() { id }: CourseFields, @Ctx() ctx: RequestContext) {
    return lessonCountOf.of(ctx, id);
  }
}

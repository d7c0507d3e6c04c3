import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { LessonFields } from './lesson.queries.js';

@ObjectType({ simpleResolvers: true, description: 'A lesson of a course: a video and what is said in it.' })
export class Lesson implements Omit<LessonFields, 'courseId' | 'videoUrl' | 'uploadedVideoId'> {
  @Field(() => ID, { description: 'Id of the lesson.' })
  id!: number;

  @Field({ description: '1 to 200 characters.' })
  title!: string;

  @Field(() => Int, { description: 'Place in the course: from 1, without gaps.' })
  order!: number;

  @Field(() => Int, { nullable: true, description: 'Length of the video in seconds, when known.' })
  durationSeconds!: number | null;
}

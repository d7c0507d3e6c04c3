import { Field, ID, InputType, Int } from 'type-graphql';

@InputType({ description: 'A new lesson.' })
export class CreateLessonInput {
  @Field(() => ID, { description: 'The course that it belongs to.' })
  courseId!: string;

  @Field({ description: '1 to 200 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, description: 'A public https address; a video may also come later.' })
  videoUrl?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Place in the course, from 1: lessons from there on move down. Appended when absent.',
  })
  order?: number | null;

  @Field(() => Int, { nullable: true, description: 'Length of the video in seconds.' })
  durationSeconds?: number | null;
}

@InputType({ description: 'What changes; a field left out stays as it is.' })
export class UpdateLessonInput {
  @Field(() => String, { nullable: true, description: '1 to 200 characters; null is refused.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'A public https address; null removes the video.' })
  videoUrl?: string | null;

  @Field(() => Int, { nullable: true, description: 'New place, from 1: the others close up; null is refused.' })
  order?: number | null;

  @Field(() => Int, { nullable: true, description: 'Length of the video in seconds; null when unknown.' })
  durationSeconds?: number | null;
}

import { Field, InputType } from 'type-graphql';
import { CourseStatus } from './course.type.js';

@InputType({ description: 'A new course of the viewer’s.' })
export class CreateCourseInput {
  @Field({ description: '1 to 200 characters.' })
  title!: string;

  @Field(() => String, { nullable: true, defaultValue: '', description: 'Plain text, up to 10,000 characters.' })
  description!: string | null;

  @Field(() => String, { nullable: true, description: 'A public https address of a picture.' })
  thumbnailUrl?: string | null;

  @Field(() => CourseStatus, { nullable: true, defaultValue: CourseStatus.DRAFT, description: 'Who may read it.' })
  status!: CourseStatus | null;
}

@InputType({ description: 'What changes; a field left out stays as it is.' })
export class UpdateCourseInput {
  @Field(() => String, { nullable: true, description: '1 to 200 characters; null is refused.' })
  title?: string | null;

  @Field(() => String, { nullable: true, description: 'Up to 10,000 characters; null empties it.' })
  description?: string | null;

  @Field(() => String, { nullable: true, description: 'A public https address; null removes the picture.' })
  thumbnailUrl?: string | null;

  @Field(() => CourseStatus, { nullable: true, description: 'Publishes or withdraws the course; null is refused.' })
  status?: CourseStatus | null;
}

import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A video elsewhere, for a lesson.' })
export class LinkVideoInput {
  @Field(() => ID, { description: 'The lesson.' })
  lessonId!: string;

  @Field({ description: 'A public https address: of a video file, or of a page that shows the video.' })
  url!: string;

  @Field(() => String, { nullable: true, description: 'BCP 47 tag of what is spoken in it, such as `en`.' })
  language?: string | null;
}

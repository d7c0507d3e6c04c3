import { Field, ID, InputType } from 'type-graphql';

@InputType({ description: 'A question about a lesson.' })
export class AskTutorInput {
  @Field(() => ID, { description: 'The lesson that is watched.' })
  lessonId!: string;

  @Field({ description: '1 to 4,000 characters.' })
  message!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The moment on the screen: `mm:ss` or `h:mm:ss`. `BAD_TIMESTAMP` when malformed or past the end.',
  })
  timestampVideo?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Up to 64 characters of the client’s own, new for each question: sent again, it gives the same answer and ' +
      'never asks or charges twice. `askTutorStream` requires it.',
  })
  clientRequestId?: string | null;
}

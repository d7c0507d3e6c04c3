import { Field, Float, Int, ObjectType } from 'type-graphql';
import { connectionOf } from '../../shared/page.js';

@ObjectType({ simpleResolvers: true, description: 'A cue in which the words that were searched for are said.' })
export class Moment {
  @Field(() => Float, { description: 'Begin, in seconds from the start of the video.' })
  startSeconds!: number;

  @Field(() => Float, { description: 'End, in seconds. Real files hold cues that do not end after they begin.' })
  endSeconds!: number;

  @Field({ description: 'Begin, as `mm:ss` or `h:mm:ss`: what `askTutor` takes.' })
  timestamp!: string;

  @Field({
    description:
      'What is said, as HTML that is safe to insert: each matched word stands in `<mark>` and `</mark>`, and these are ' +
      'the only tags. All else is plain text with `&`, `<`, `>`, `"` and `\'` written as `&amp;`, `&lt;`, `&gt;`, ' +
      '`&quot;` and `&#39;`; lines are parted by `\\n`. Of a long cue some 300 characters around the first match, `…` ' +
      'where it is cut.',
  })
  snippet!: string;
}

@ObjectType({ simpleResolvers: true, description: 'A page of a list of `Moment`.' })
export class MomentConnection extends connectionOf('Moment', () => Moment) {
  @Field(() => Int, { description: 'How many there are over all pages; counting stops at 1,000.' })
  override totalCount!: number;
}

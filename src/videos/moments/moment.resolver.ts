import { Args, ArgsType, Ctx, Field, FieldResolver, Float, ID, Query, Resolver, Root } from 'type-graphql';
import { lessonOf } from '../../courses/lesson.queries.js';
import { Lesson } from '../../courses/lesson.type.js';
import { ConnectionArgs } from '../../shared/page.js';
import { Reads } from '../../shared/reading.js';
import type { RequestContext } from '../../shared/request-context.js';
import { formatVideoTime } from '../../shared/video-time.js';
import type { FoundMoment } from './cue-index.js';
import { searchMoments } from './moment.queries.js';
import { Moment, MomentConnection } from './moment.type.js';

@ArgsType()
class SearchMomentsArgs extends ConnectionArgs {
  @Field(() => String, {
    description:
      'Words that must all be said in the cue, without regard to case and accents: `merge sort`. In quotation marks they ' +
      'must follow one another: `"merge sort"`. With a star after its first two letters or more a word stands for all ' +
      'that begin so: `quick*`. Nothing else has a meaning. At most 200 characters.',
  })
  query!: string;

  @Field(() => ID, { nullable: true, description: 'Only in this course.' })
  courseId!: string | null;
}

@Resolver(() => Moment)
export class MomentResolver {
  @Query(() => MomentConnection, {
    description:
      'Where words are said, in all that the viewer may see, the best first: said in the order asked, often in the cue ' +
      'and around it. The best are looked for among the first 10,000 cues that match. Empty when nothing does, or when ' +
      '`query` holds no word. Cursors may shift when transcripts change. `BAD_USER_INPUT` on `query`, `first`, `after`; ' +
      '`RATE_LIMITED` when too many searches wait; `QUERY_TOO_COMPLEX` when it takes too long.',
  })
  searchMoments(@Args(() => SearchMomentsArgs) args: SearchMomentsArgs, @Ctx() ctx: RequestContext) {
    return searchMoments(ctx, args);
  }

  @FieldResolver(() => Lesson, { description: 'The lesson in which it is said.' })
  @Reads(lessonOf)
  lesson(@Root() { lessonId }: FoundMoment, @Ctx() ctx: RequestContext) {
    return lessonOf.of(ctx, lessonId);
  }

  @FieldResolver(() => Float)
  startSeconds(@Root() { startMs }: FoundMoment): number {
    return startMs / 1000;
  }

  @FieldResolver(() => Float)
  endSeconds(@Root() { endMs }: FoundMoment): number {
    return endMs / 1000;
  }

  @FieldResolver(() => String)
  timestamp(@Root() { startMs }: FoundMoment): string {
    return formatVideoTime(startMs / 1000);
  }
}

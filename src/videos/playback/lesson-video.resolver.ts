import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { LessonFields } from '../../courses/lesson.queries.js';
import { Lesson } from '../../courses/lesson.type.js';
import { Reads } from '../../shared/reading.js';
import type { RequestContext } from '../../shared/request-context.js';
import { thumbnailUrlOf, videoUrlOf } from './playback-url.policy.js';

/** Where a lesson's video is: `videos` adds it, since it knows of uploads. */
@Resolver(() => Lesson)
export class LessonVideoResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where the video is; null until there is one. The address of an uploaded video is signed and ends 6 to 12 hours ' +
      'from now: read it again then.',
  })
  @Reads(videoUrlOf)
  videoUrl(@Root() lesson: LessonFields, @Ctx() ctx: RequestContext): string | null {
    return videoUrlOf.of(ctx, lesson);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'A picture from the uploaded video, as JPEG; null for a linked one. Signed like `videoUrl`.',
  })
  @Reads(thumbnailUrlOf)
  thumbnailUrl(@Root() lesson: LessonFields, @Ctx() ctx: RequestContext): string | null {
    return thumbnailUrlOf.of(ctx, lesson);
  }
}

import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { LessonFields } from '../../courses/lesson.queries.js';
import { Lesson } from '../../courses/lesson.type.js';
import type { RequestContext } from '../../shared/request-context.js';
import { lessonThumbnailUrl, lessonVideoUrl } from './playback-url.policy.js';

/** Where a lesson's video is: `videos` adds it, since it knows of uploads. */
@Resolver(() => Lesson)
export class LessonVideoResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Where the video is; null until there is one. The address of an uploaded video is signed and ends 6 to 12 hours ' +
      'from now: read it again then.',
  })
  videoUrl(@Root() lesson: LessonFields, @Ctx() { config, clock }: RequestContext): string | null {
    return lessonVideoUrl(config, lesson, clock.now());
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'A picture from the uploaded video, as JPEG; null for a linked one. Signed like `videoUrl`.',
  })
  thumbnailUrl(@Root() lesson: LessonFields, @Ctx() { config, clock }: RequestContext): string | null {
    return lessonThumbnailUrl(config, lesson, clock.now());
  }
}

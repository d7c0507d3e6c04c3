import { Arg, Args, Ctx, FieldResolver, Float, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { lessonOf } from '../../courses/lesson.queries.js';
import { Lesson } from '../../courses/lesson.type.js';
import { CodedError } from '../../shared/coded-error.js';
import { ConnectionArgs } from '../../shared/page.js';
import { Reads } from '../../shared/reading.js';
import type { RequestContext } from '../../shared/request-context.js';
import { LinkVideoInput } from '../links/link-video.input.js';
import { linkVideo } from '../links/link-video.service.js';
import { transcribeLesson } from '../transcription/transcribe-lesson.service.js';
import { createUpload } from '../uploads/create-upload.service.js';
import { CreateUploadInput, Upload } from '../uploads/upload.type.js';
import { cancelJob, retryJob } from './change-job.service.js';
import { type JobFields, job, jobList, jobOf, lengthOf, type VideoSourceFields, videoSourceOf } from './job.queries.js';
import { ProcessingJob, ProcessingJobConnection, VideoSource } from './job.type.js';
import { followJob } from './job-feed.js';

@Resolver(() => ProcessingJob)
export class JobResolver {
  @Query(() => ProcessingJob, {
    nullable: true,
    description: 'A job of a lesson that the viewer may change; null when there is none. `UNAUTHENTICATED`.',
  })
  @Reads(job)
  processingJob(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext) {
    return job.find(ctx, id);
  }

  @Query(() => ProcessingJobConnection, {
    description: 'The jobs of a lesson, newest first; empty when the viewer may not change it. `UNAUTHENTICATED`.',
  })
  @Reads(jobList)
  processingJobs(
    @Arg('lessonId', () => ID) lessonId: string,
    @Args(() => ConnectionArgs) args: ConnectionArgs,
    @Ctx() ctx: RequestContext,
  ) {
    return jobList.page(ctx, { ...args, lessonId });
  }

  @Mutation(() => ProcessingJob, {
    description:
      'Links a video elsewhere; the lesson shows it once the link was looked at. Its instructor only: `FORBIDDEN`, ' +
      '`NOT_FOUND`; `BAD_USER_INPUT` on `url` for an address that is not of the public internet; `LINK_UNREACHABLE`.',
  })
  linkVideo(@Arg('input') input: LinkVideoInput, @Ctx() ctx: RequestContext) {
    return linkVideo(ctx, input);
  }

  @Mutation(() => Upload, {
    description:
      'Announces a file for a lesson: a video, or captions. Its instructor only: `FORBIDDEN`, `NOT_FOUND`; ' +
      '`BAD_USER_INPUT`, `UNSUPPORTED_MEDIA_TYPE`, `PAYLOAD_TOO_LARGE`, `QUOTA_EXCEEDED`, `STORAGE_FULL`.',
  })
  createUpload(@Arg('input') input: CreateUploadInput, @Ctx() ctx: RequestContext) {
    return createUpload(ctx, input);
  }

  @Mutation(() => ProcessingJob, {
    description:
      'Writes down what is spoken in the lesson’s video; the lesson’s transcript in that language is replaced at once ' +
      'when it is whole. Costs credits by the minute, held now and charged when it is completed. Its instructor only: ' +
      '`FORBIDDEN`, `NOT_FOUND`; `BAD_USER_INPUT`, `CONFLICT`, `VIDEO_UNREADABLE`, `TRANSCRIPTION_UNAVAILABLE`, ' +
      '`INSUFFICIENT_CREDITS`.',
  })
  transcribeLesson(
    @Arg('lessonId', () => ID) lessonId: string,
    @Arg('language', () => String, {
      nullable: true,
      description: 'BCP 47 tag of what is spoken; what was said with the video when absent, else the model tells.',
    })
    language: string | null | undefined,
    @Ctx() ctx: RequestContext,
  ) {
    return transcribeLesson(ctx, lessonId, language);
  }

  @Mutation(() => ProcessingJob, {
    description: 'Stops a job and gives it as it ended; one that has ended is given as it is. `NOT_FOUND`.',
  })
  cancelJob(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext) {
    return cancelJob(ctx, id);
  }

  @Mutation(() => ProcessingJob, {
    description:
      'Queues a job again that failed or was cancelled. `NOT_FOUND`; `CONFLICT` when it did not, or its file is gone; ' +
      'for a transcription what `transcribeLesson` refuses with.',
  })
  retryJob(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext) {
    return retryJob(ctx, id);
  }

  @Subscription(() => ProcessingJob, {
    description:
      'A job as it is, then with each change, until it has ended. Of a lesson that the viewer may change: ' +
      '`UNAUTHENTICATED`, `NOT_FOUND`.',
    subscribe: ({ args, context }) => attach(context as RequestContext, (args as unknown as { id: string }).id),
  })
  jobProgress(@Root() event: JobFields, @Arg('id', () => ID) _id: string): JobFields {
    return event;
  }

  @FieldResolver(() => Lesson, { description: 'The lesson that it is for.' })
  @Reads(lessonOf)
  lesson(@Root() { lessonId }: JobFields, @Ctx() ctx: RequestContext) {
    return lessonOf.of(ctx, lessonId);
  }

  @FieldResolver(() => VideoSource, {
    nullable: true,
    description: 'The video that it is about; null until an upload was found to be one, and for captions.',
  })
  @Reads(videoSourceOf)
  videoSource(@Root() { videoSourceId }: JobFields, @Ctx() ctx: RequestContext) {
    return videoSourceId === null ? null : videoSourceOf.of(ctx, videoSourceId);
  }
}

@Resolver(() => VideoSource)
export class VideoSourceResolver {
  @FieldResolver(() => Float, { nullable: true, description: 'Its length, when known.' })
  @Reads(lengthOf)
  durationSeconds(@Root() { durationMs }: VideoSourceFields): number | null {
    return durationMs === null ? null : lengthOf.of(durationMs);
  }
}

@Resolver(() => Upload)
export class UploadResolver {
  @FieldResolver(() => ProcessingJob, { description: 'The job that waits for the file, and tells what becomes of it.' })
  @Reads(jobOf)
  job(@Root() { jobId }: { jobId: number }, @Ctx() ctx: RequestContext) {
    return jobOf.of(ctx, jobId);
  }
}

async function attach(ctx: RequestContext, id: string) {
  const found = await job.find(ctx, id);
  if (!found) throw new CodedError('NOT_FOUND', 'There is no such job.');
  return followJob(ctx, found.id);
}

import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ErrorCode } from '../../shared/coded-error.js';
import { DateTime } from '../../shared/date-time.js';
import { connectionOf } from '../../shared/page.js';
import type { JobFields, VideoSourceFields } from './job.queries.js';

export enum JobKind {
  PROBE_LINK = 'PROBE_LINK',
  PREPARE_UPLOAD = 'PREPARE_UPLOAD',
  TRANSCRIBE = 'TRANSCRIBE',
}

registerEnumType(JobKind, {
  name: 'JobKind',
  description: 'What a job does.',
  valuesConfig: {
    PROBE_LINK: { description: 'Looks at a linked video, then shows it in the lesson.' },
    PREPARE_UPLOAD: { description: 'Waits for an uploaded file, checks it, then shows it: a video or captions.' },
    TRANSCRIBE: { description: 'Writes down what is spoken in the lesson’s video, as its transcript.' },
  },
});

export enum JobStatus {
  QUEUED = 'QUEUED',
  RUNNING = 'RUNNING',
  COMPLETED = 'COMPLETED',
  FAILED = 'FAILED',
  CANCELLED = 'CANCELLED',
}

registerEnumType(JobStatus, {
  name: 'JobStatus',
  description: 'How far a job is.',
  valuesConfig: {
    QUEUED: { description: 'It waits: for its upload, for a worker, or to be tried again.' },
    RUNNING: { description: 'A worker is at it.' },
    COMPLETED: { description: 'What it made is there.' },
    FAILED: { description: 'It came to nothing: see `errorCode`. `retryJob` tries again.' },
    CANCELLED: { description: 'It was stopped, or its lesson was deleted.' },
  },
});

export enum VideoSourceKind {
  LINK = 'LINK',
  UPLOAD = 'UPLOAD',
}

registerEnumType(VideoSourceKind, {
  name: 'VideoSourceKind',
  description: 'Where a video lies.',
  valuesConfig: {
    LINK: { description: 'Elsewhere: browsers load it from there.' },
    UPLOAD: { description: 'On this server.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A video of a lesson, as it was found when it was prepared.' })
export class VideoSource implements Pick<VideoSourceFields, 'id' | 'url' | 'mimeType' | 'sizeBytes' | 'sha256'> {
  @Field(() => ID, { description: 'Id of the source.' })
  id!: number;

  @Field(() => VideoSourceKind, { description: 'Where it lies.' })
  kind!: VideoSourceKind;

  @Field(() => String, { nullable: true, description: 'The link; null for an upload: see `Lesson.videoUrl`.' })
  url!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'By its first bytes; null for a page that shows a video and does not give it.',
  })
  mimeType!: string | null;

  @Field(() => Float, { nullable: true, description: 'Its size in bytes, when known.' })
  sizeBytes!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of the picture, in pixels.' })
  width!: number | null;

  @Field(() => Int, { nullable: true, description: 'Of the picture, in pixels.' })
  height!: number | null;

  @Field(() => String, { nullable: true, description: 'Of an uploaded file, in hexadecimal.' })
  sha256!: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Work on a lesson’s video. Seen by those who may change the lesson.',
})
export class ProcessingJob
  implements Pick<JobFields, 'id' | 'stage' | 'progressPercent' | 'attempts' | 'errorMessage' | 'creditsCharged'>
{
  @Field(() => ID, { description: 'Id of the job.' })
  id!: number;

  @Field(() => JobKind, { description: 'What it does.' })
  kind!: JobKind;

  @Field(() => JobStatus, { description: 'How far it is.' })
  status!: JobStatus;

  @Field(() => Int, { description: '0 to 100; begins anew with each attempt.' })
  progressPercent!: number;

  @Field({ description: 'What it is at, in a word or two, such as `uploading` or `transcribing`.' })
  stage!: string;

  @Field(() => Int, { description: 'How often a worker has taken it up: at most 5 times until it is retried by hand.' })
  attempts!: number;

  @Field(() => ErrorCode, { nullable: true, description: 'Why it failed, or why its last attempt did.' })
  errorCode!: ErrorCode | null;

  @Field(() => String, { nullable: true, description: 'The same as a sentence.' })
  errorMessage!: string | null;

  @Field(() => Int, { description: 'What it cost: 0 unless it is a `TRANSCRIBE` that is `COMPLETED`.' })
  creditsCharged!: number;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  createdAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a worker first took it up; anew when it was retried by hand.',
  })
  startedAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ended.' })
  finishedAt!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A page of a list of `ProcessingJob`.' })
export class ProcessingJobConnection extends connectionOf('ProcessingJob', () => ProcessingJob) {}

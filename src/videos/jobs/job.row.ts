import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { UserRow } from '../../accounts/user.row.js';
import { LessonRow } from '../../courses/lesson.row.js';
import type { Columns } from '../../shared/tables.js';
import { VideoSourceRow } from '../video-source.row.js';

export const JOB_KINDS = ['PROBE_LINK', 'PREPARE_UPLOAD', 'TRANSCRIBE'] as const;
export const JOB_STATUSES = ['QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;

/**
 * Work on a lesson's video. While it is RUNNING the row belongs to the worker whose lease it carries; every write says
 * `status = 'RUNNING'` and the lease's number, so that a worker that was taken for dead cannot write over its successor.
 */
export const JobRow = defineEntity({
  name: 'JobRow',
  tableName: 'processing_jobs',
  properties: {
    id: p.integer().primary(),
    kind: p.enum(JOB_KINDS),
    status: p.enum(JOB_STATUSES),
    lessonId: () => p.manyToOne(LessonRow).mapToPk().fieldName('lesson_id').index(false),
    /** Who asked for it, and pays for it. */
    userId: () => p.manyToOne(UserRow).mapToPk().fieldName('user_id').index(false),
    videoSourceId: () =>
      p
        .manyToOne(VideoSourceRow)
        .mapToPk()
        .fieldName('video_source_id')
        .index(false)
        .nullable()
        .deleteRule('no action'),
    /** BCP 47, of the transcript that it makes; null lets the model tell. */
    language: p.string().nullable(),
    stage: p.string(),
    progressPercent: p.integer(),
    /** How often a worker has taken it up. */
    attempts: p.integer(),
    errorCode: p.string().nullable(),
    errorMessage: p.text().nullable(),
    createdAt: p.bigint('number'),
    startedAt: p.bigint('number').nullable(),
    finishedAt: p.bigint('number').nullable(),

    /** By the database's clock: not before. Null while its file is being uploaded. */
    runAfter: p.bigint('number').nullable(),
    /** Names the owner: drawn anew each time it is taken up. */
    leaseNumber: p.bigint('number').nullable(),
    /** By the database's clock. */
    leaseExpiresAt: p.bigint('number').nullable(),
    /** Read back by the owner twice a second. */
    cancelRequestedAt: p.bigint('number').nullable(),

    /** The model and its price when it was asked for: what any process needs to settle it. */
    provider: p.string().nullable(),
    model: p.string().nullable(),
    creditsPerMinute: p.double().$type<number>(),
    holdCredits: p.integer(),
    /** The number of its newest hold; 0 when nothing was ever held. */
    holdNumber: p.integer(),
    creditsCharged: p.integer(),
  },
  indexes: [
    { properties: ['lessonId', 'id'] },
    // Few jobs wait or run at a time: claims and sweeps read only these.
    { properties: ['runAfter', 'id'], where: { status: 'QUEUED' }, name: 'processing_jobs_queued_index' },
    { properties: ['leaseExpiresAt'], where: { status: 'RUNNING' }, name: 'processing_jobs_running_index' },
  ],
});
export type JobRow = InferEntity<typeof JobRow>;

declare module '../../shared/tables.js' {
  interface Tables {
    processingJobs: Columns<JobRow>;
  }
}

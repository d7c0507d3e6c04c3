import type { EntityManager } from '@mikro-orm/sql';
import { auditForeignChange } from '../../courses/foreign-change.service.js';
import { LessonRow } from '../../courses/lesson.row.js';
import { changeableLesson, lockCourseOf } from '../../courses/lesson.service.js';
import { holdForJob } from '../../credits/ledger.service.js';
import { pause } from '../../shared/abortable.js';
import { type App, transaction } from '../../shared/app.js';
import { CodedError } from '../../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../../shared/request-context.js';
import { SpeechPartRow } from '../transcription/speech-part.row.js';
import { requireNoOther, transcriptionTerms } from '../transcription/terms.service.js';
import { UploadRow } from '../uploads/upload.row.js';
import { giveUpUpload } from '../uploads/upload-ending.service.js';
import { type JobFields, jobById, job as readableJob } from './job.queries.js';
import { JobRow } from './job.row.js';
import { endJob } from './job-ending.service.js';
import { tellOfJob } from './job-news.js';

const POLL_MS = 50;
/** The worker reads the request with its next renewal; if it is dead, a sweep ends the job a little later. */
const PATIENCE_MS = 3000;

/**
 * Stops a job and gives it as it ended; one that has ended already is given as it is. A file that has not arrived is
 * given up.
 * @throws NOT_FOUND
 */
export async function cancelJob(ctx: RequestContext, id: string): Promise<JobFields> {
  const job = await requireJob(ctx, id);
  const waited = await transaction(ctx, async (em) => {
    await lockCourseOf(ctx, em, job.lessonId);
    await ctx.statements.within(em).lock('processingJobs', job.id);
    if (!isOpen(await em.findOneOrFail(JobRow, job.id))) return true;
    const lesson = await changeableLesson(ctx, em, requireViewer(ctx), String(job.lessonId));
    await auditForeignChange(ctx, em, lesson.courseId, 'job.cancel', { jobId: job.id });
    return stop(ctx, em, job.id);
  });
  tellOfJob(ctx, job.id);
  const until = ctx.clock.monotonic() + PATIENCE_MS;
  while (!waited && ctx.clock.monotonic() < until && isOpen(await jobById(ctx, job.id))) await pause(POLL_MS);
  await giveUpUnfinished(ctx, job.id);
  return jobById(ctx, job.id);
}

/**
 * Queues a job again that failed or was cancelled; a transcription is held for anew, and asks only for what it has not
 * heard yet.
 * @throws NOT_FOUND, CONFLICT when it is not over, is completed, or its file is gone; INSUFFICIENT_CREDITS
 */
export async function retryJob(ctx: RequestContext, id: string): Promise<JobFields> {
  const viewer = requireViewer(ctx);
  const { id: jobId, lessonId } = await requireJob(ctx, id);
  await transaction(ctx, async (em) => {
    const lesson = await changeableLesson(ctx, em, viewer, String(lessonId));
    await ctx.statements.within(em).lock('processingJobs', jobId);
    const job = await em.findOneOrFail(JobRow, jobId);
    if (job.status !== 'FAILED' && job.status !== 'CANCELLED') {
      throw new CodedError('CONFLICT', 'Only a job that failed or was cancelled can be tried again.');
    }
    if (job.kind === 'PREPARE_UPLOAD') await requireFile(em, jobId);
    const terms = job.kind === 'TRANSCRIBE' ? await transcriptionTerms(ctx, em, lesson, job.language ?? null) : null;
    if (terms) await requireNoOther(em, lesson.id);
    // What was heard of another video is of no use.
    if (terms && terms.videoSourceId !== job.videoSourceId) await em.nativeDelete(SpeechPartRow, { jobId });
    const holdNumber = job.holdNumber + 1;
    await em.nativeUpdate(
      JobRow,
      { id: jobId, status: job.status },
      {
        status: 'QUEUED',
        stage: 'queued',
        progressPercent: 0,
        attempts: 0,
        errorCode: null,
        errorMessage: null,
        startedAt: null,
        finishedAt: null,
        runAfter: await ctx.dialect.readNowMs(em),
        ...(terms && { ...terms, userId: viewer.id, holdNumber }),
      },
    );
    if (terms) await holdForJob(ctx, em, viewer.id, { jobId, jobHold: holdNumber }, terms.holdCredits);
    await auditForeignChange(ctx, em, lesson.courseId, 'job.retry', { jobId });
  });
  // Read as it was queued, before a worker has it.
  const queued = await jobById(ctx, jobId);
  tellOfJob(ctx, jobId);
  ctx.videos.jobsWaiting.wake();
  return queued;
}

/** Stops the jobs of a deleted lesson or course, in the deletion's transaction. */
export async function cancelJobs(
  app: App,
  em: EntityManager,
  where: { courseId: number } | { lessonId: number },
): Promise<void> {
  const lessons =
    'lessonId' in where
      ? [{ id: where.lessonId }]
      : await em.find(LessonRow, { courseId: where.courseId, deletedAt: null }, { fields: ['id'] });
  const lessonId = { $in: lessons.map(({ id }) => id) };
  const open = await em.find(JobRow, { lessonId, status: { $in: ['QUEUED', 'RUNNING'] } }, { fields: ['id'] });
  for (const { id } of open) await stop(app, em, id);
}

/** Ends a job that waits, and asks the worker of one that runs to stop; whether it has ended with that. */
async function stop(app: App, em: EntityManager, id: number): Promise<boolean> {
  if (await endJob(app, em, id, null, { status: 'CANCELLED', failure: null })) return true;
  const running = { id, status: 'RUNNING', cancelRequestedAt: null } as const;
  await em.nativeUpdate(JobRow, running, { cancelRequestedAt: app.clock.now() });
  return false;
}

async function giveUpUnfinished(ctx: RequestContext, jobId: number): Promise<void> {
  const upload = await ctx.read
    .selectFrom('uploads')
    .select(['id', 'jobId', 'storageKey'])
    .where('jobId', '=', jobId)
    .where('receivedAt', 'is', null)
    .where('removedAt', 'is', null)
    .executeTakeFirst();
  if (upload) await giveUpUpload(ctx, upload);
}

async function requireFile(em: EntityManager, jobId: number): Promise<void> {
  const there = await em.count(UploadRow, { jobId, receivedAt: { $ne: null }, removedAt: null });
  if (there === 0) throw new CodedError('CONFLICT', 'The file of this job is gone: send it anew with createUpload.');
}

async function requireJob(ctx: RequestContext, id: string): Promise<JobFields> {
  requireViewer(ctx);
  const job = await readableJob.find(ctx, id);
  if (!job) throw new CodedError('NOT_FOUND', 'There is no such job.');
  return job;
}

function isOpen({ status }: Pick<JobFields, 'status'>): boolean {
  return status === 'QUEUED' || status === 'RUNNING';
}

import { readableCourse } from '../../courses/course.policy.js';
import { batched, byKey } from '../../shared/batch.js';
import { type Connection, type PageArgs, readPageById } from '../../shared/page.js';
import { isAdmin, type RequestContext } from '../../shared/request-context.js';
import { rowId } from '../../shared/row-id.js';
import type { Columns } from '../../shared/tables.js';
import type { VideoSourceRow } from '../video-source.row.js';
import type { JobRow } from './job.row.js';

const FIELDS = [
  'processingJobs.id',
  'processingJobs.kind',
  'processingJobs.status',
  'processingJobs.lessonId',
  'processingJobs.videoSourceId',
  'processingJobs.progressPercent',
  'processingJobs.stage',
  'processingJobs.attempts',
  'processingJobs.errorCode',
  'processingJobs.errorMessage',
  'processingJobs.creditsCharged',
  'processingJobs.createdAt',
  'processingJobs.startedAt',
  'processingJobs.finishedAt',
] as const;

export type JobFields = Pick<
  Columns<JobRow>,
  | 'id'
  | 'kind'
  | 'status'
  | 'lessonId'
  | 'videoSourceId'
  | 'progressPercent'
  | 'stage'
  | 'attempts'
  | 'errorCode'
  | 'errorMessage'
  | 'creditsCharged'
  | 'createdAt'
  | 'startedAt'
  | 'finishedAt'
>;

export type VideoSourceFields = Columns<VideoSourceRow>;

/** A job by its row, whoever asks: for what was already allowed. */
export function jobById(ctx: Pick<RequestContext, 'read'>, id: number): Promise<JobFields> {
  return ctx.read.selectFrom('processingJobs').select(FIELDS).where('id', '=', id).executeTakeFirstOrThrow();
}

/** Jobs by their rows, for what was already allowed. */
export const jobsById = batched(async (ctx, ids: readonly number[]) => {
  const rows = await ctx.read.selectFrom('processingJobs').select(FIELDS).where('id', 'in', ids).execute();
  return byKey(rows, (row) => row.id);
});

/** A job of a lesson that the viewer may change; undefined when there is none, or its lesson is deleted. */
export function findJob(ctx: RequestContext, id: string): Promise<JobFields | undefined> {
  return changeableJobs(ctx)
    .where('processingJobs.id', '=', rowId(id) ?? -1)
    .executeTakeFirst();
}

/** The jobs of a lesson, newest first; none when the viewer may not change it. */
export function findJobs(ctx: RequestContext, lessonId: string, args: PageArgs): Promise<Connection<JobFields>> {
  const jobs = changeableJobs(ctx).where('processingJobs.lessonId', '=', rowId(lessonId) ?? -1);
  return readPageById(args, jobs, 'processingJobs.id', 'desc');
}

function changeableJobs(ctx: RequestContext) {
  const { viewer } = ctx;
  return ctx.read
    .selectFrom('processingJobs')
    .innerJoin('lessons', 'lessons.id', 'processingJobs.lessonId')
    .innerJoin('courses', 'courses.id', 'lessons.courseId')
    .select(FIELDS)
    .where('lessons.deletedAt', 'is', null)
    .where((eb) => readableCourse(viewer)(eb as never))
    .$if(!isAdmin(viewer), (jobs) => jobs.where('courses.instructorId', '=', viewer?.id ?? -1));
}

export const videoSourceById = batched(async (ctx, ids: readonly number[]) => {
  const rows = await ctx.read.selectFrom('videoSources').selectAll().where('id', 'in', ids).execute();
  return byKey(rows, (row) => row.id);
});

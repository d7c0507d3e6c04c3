import { changeableCourse } from '../../courses/course.policy.js';
import { secondsOf, toOne } from '../../shared/relation.js';
import type { RequestContext } from '../../shared/request-context.js';
import { equalsId, newestFirst, pageRead, type RowSet, rowRead } from '../../shared/root-read.js';
import { columnsOf, type RowOf, source } from '../../shared/source.js';

const jobs = source('processingJobs', [
  'id',
  'kind',
  'status',
  'lessonId',
  'videoSourceId',
  'progressPercent',
  'stage',
  'attempts',
  'errorCode',
  'errorMessage',
  'creditsCharged',
  'createdAt',
  'startedAt',
  'finishedAt',
]);

export type JobFields = RowOf<typeof jobs>;

const videoSources = source('videoSources', [
  'id',
  'kind',
  'url',
  'mimeType',
  'sizeBytes',
  'durationMs',
  'width',
  'height',
  'sha256',
]);

export type VideoSourceFields = RowOf<typeof videoSources>;

/** The jobs of lessons that the viewer may change. */
const changeable: RowSet<typeof jobs> = {
  source: jobs,
  signedIn: true,
  joins: [
    ['lessons', 'lessons.id', 'processingJobs.lessonId'],
    ['courses', 'courses.id', 'lessons.courseId'],
  ],
  visible: (viewer) => (eb) => eb.and([eb('lessons.deletedAt', 'is', null), changeableCourse(viewer)(eb)]),
};

/** A job; undefined when there is none, its lesson is deleted, or the viewer may not change that. */
export const job = rowRead(changeable);

/** The jobs of a lesson, newest first. */
export const jobList = pageRead(changeable, {
  filters: [equalsId('lessonId', 'processingJobs.lessonId')],
  order: newestFirst,
});

/** The job of an upload, whoever asks. */
export const jobOf = toOne(jobs, 'jobId');

/** The video that a job is about. */
export const videoSourceOf = toOne(videoSources, 'videoSourceId');

export const lengthOf = secondsOf('durationMs');

/** A job by its row, whoever asks: for what was already allowed. */
export function jobById(ctx: Pick<RequestContext, 'read'>, id: number): Promise<JobFields> {
  return ctx.read.selectFrom('processingJobs').select(columnsOf(jobs)).where('id', '=', id).executeTakeFirstOrThrow();
}

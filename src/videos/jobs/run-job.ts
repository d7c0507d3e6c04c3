import { randomUUID } from 'node:crypto';
import { lockCourseOf } from '../../courses/lesson.service.js';
import { pause } from '../../shared/abortable.js';
import { type App, transaction } from '../../shared/app.js';
import { CodedError } from '../../shared/coded-error.js';
import { probeLink } from '../links/probe-link.js';
import { Unavailable } from '../links/public-address.js';
import { removeUnusedRevisions } from '../revision.service.js';
import { ProviderFault } from '../transcription/speech-model.js';
import { transcribe } from '../transcription/transcribe.js';
import { prepareUpload } from '../uploads/prepare-upload.js';
import { removeUnneeded } from '../uploads/sweep-uploads.service.js';
import type { JobRow } from './job.row.js';
import { endJob, type JobEnding, type JobFailure } from './job-ending.service.js';
import { tellOfJob } from './job-news.js';
import { backoffMs, MOST_ATTEMPTS, requeueJob } from './lease.service.js';
import type { Made, RunningJob } from './running-job.js';

const WORK: Record<JobRow['kind'], (job: RunningJob) => Promise<Made>> = {
  PROBE_LINK: probeLink,
  PREPARE_UPLOAD: prepareUpload,
  TRANSCRIBE: transcribe,
};
const ENDING_ATTEMPTS = 3;

/** Works on a job to its committed ending, or puts it back. Whether it has ended. */
export async function runJob(job: RunningJob): Promise<boolean> {
  let write: Made;
  try {
    write = await WORK[job.row.kind](job);
    await job.enter('finishing', 99);
  } catch (error) {
    return fail(job, error);
  }
  return end(job, { status: 'COMPLETED', failure: null, write });
}

async function fail(job: RunningJob, error: unknown): Promise<boolean> {
  const { app, row, stopReason } = job;
  if (stopReason === 'lost') return false;
  if (stopReason === 'cancelled') return end(job, { status: 'CANCELLED', failure: null });
  if (stopReason === 'shutdown') {
    await requeueJob(app, row, null, null);
    return false;
  }
  const failure = failureOf(app, row, error);
  if (!mayPass(error) || row.attempts >= MOST_ATTEMPTS) return end(job, { status: 'FAILED', failure });
  const waitMs =
    error instanceof ProviderFault ? (error.retryAfterMs ?? backoffMs(row.attempts)) : backoffMs(row.attempts);
  await requeueJob(app, row, failure, waitMs);
  return false;
}

/** Whether the same may go well a little later: what people can act on does not, unless it says so. */
function mayPass(error: unknown): boolean {
  if (error instanceof ProviderFault) return error.mayPass;
  return error instanceof Unavailable || !(error instanceof CodedError);
}

function failureOf(app: App, { id: jobId }: JobRow, error: unknown): JobFailure {
  if (error instanceof CodedError) {
    app.log.warn({ err: error, jobId }, 'a job failed');
    return { code: error.code, message: error.message };
  }
  const errorId = randomUUID();
  app.log.error({ err: error, errorId, jobId }, 'unexpected error in a job');
  const message = `Something went wrong on the server. Report it with this id: ${errorId}`;
  return { code: 'INTERNAL_SERVER_ERROR', message };
}

/** A database that does not answer is asked again; after that the lease runs out, and another worker takes it up. */
async function end({ app, row }: RunningJob, ending: JobEnding): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      const ended = await transaction(app, async (em) => {
        // Before the job, as whoever changes or deletes its lesson does.
        if (ending.write) await lockCourseOf(app, em, row.lessonId);
        return endJob(app, em, row.id, row.leaseNumber ?? -1, ending);
      });
      if (!ended) return false;
      break;
    } catch (error) {
      if (attempt === ENDING_ATTEMPTS) throw error;
      app.log.error({ err: error, jobId: row.id, attempt }, 'the ending of a job could not be written');
      await pause(500 * attempt);
    }
  }
  tellOfJob(app, row.id);
  await app.checkpoint('job.ended');
  await removeUnneeded(app, row.id);
  await removeUnusedRevisions(app);
  return true;
}

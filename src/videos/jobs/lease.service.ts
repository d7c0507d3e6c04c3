import { randomInt } from 'node:crypto';
import { raw } from '@mikro-orm/core';
import { type App, transaction } from '../../shared/app.js';
import { JobRow } from './job.row.js';
import { endJob, type JobFailure } from './job-ending.service.js';
import { tellOfJob } from './job-news.js';

/** By the database's clock for other processes, by the monotonic clock for this one. */
export const LEASE_MS = 6000;
/** A job is taken up so often at most, whoever fails it: the job itself, or a worker that dies of it. */
export const MOST_ATTEMPTS = 5;
const FIRST_WAIT_MS = 2000;
const AT_ONCE = 50;

/** Takes up the job that has waited longest, with a lease of its own; null when none waits. */
export async function claimJob(app: App): Promise<JobRow | null> {
  // Most looks find nothing: they take no write lock.
  if (!(await nextWaiting(app))) return null;
  return transaction(app, async (em) => {
    const now = await app.dialect.readNowMs(em);
    let waiting = em
      .getKysely<{ processing_jobs: { id: number; status: string; run_after: number } }>()
      .selectFrom('processing_jobs')
      .select('id')
      .where('status', '=', 'QUEUED')
      .where('run_after', '<=', now)
      .orderBy('run_after')
      .orderBy('id')
      .limit(1);
    // SQLite has one writer at a time, and no such words.
    if (app.dialect.name === 'postgresql') waiting = waiting.forUpdate().skipLocked();
    const found = await waiting.executeTakeFirst();
    if (!found) return null;
    await em.nativeUpdate(
      JobRow,
      { id: found.id, status: 'QUEUED' },
      {
        status: 'RUNNING',
        stage: 'starting',
        progressPercent: 0,
        attempts: raw('attempts + 1'),
        startedAt: raw('coalesce(started_at, ?)', [app.clock.now()]),
        errorCode: null,
        errorMessage: null,
        leaseNumber: randomInt(2 ** 47),
        leaseExpiresAt: now + LEASE_MS,
      },
    );
    return em.findOneOrFail(JobRow, found.id);
  });
}

function nextWaiting(app: App) {
  return app.read
    .selectFrom('processingJobs')
    .select('id')
    .where('status', '=', 'QUEUED')
    .where('runAfter', '<=', app.dialect.nowMs)
    .limit(1)
    .executeTakeFirst();
}

/**
 * Renews the lease of a job and writes how far it is.
 * @returns what became of it meanwhile: still ours, ours with a request to stop, or another's
 */
export async function renewLease(
  app: App,
  job: Pick<JobRow, 'id' | 'leaseNumber'>,
  progress: { stage: string; progressPercent: number },
): Promise<'kept' | 'cancelled' | 'lost'> {
  const fate = await transaction(app, async (em) => {
    const ours = { id: job.id, status: 'RUNNING', leaseNumber: job.leaseNumber } as const;
    const leaseExpiresAt = (await app.dialect.readNowMs(em)) + LEASE_MS;
    if ((await em.nativeUpdate(JobRow, ours, { ...progress, leaseExpiresAt })) === 0) return 'lost';
    const { cancelRequestedAt } = await em.findOneOrFail(JobRow, job.id, { fields: ['cancelRequestedAt'] });
    return cancelRequestedAt === null ? 'kept' : 'cancelled';
  });
  tellOfJob(app, job.id);
  return fate;
}

/** Which of these running jobs are to be stopped. */
export async function cancelRequests(app: App, ids: readonly number[]): Promise<Set<number>> {
  const rows = await app.read
    .selectFrom('processingJobs')
    .select('id')
    .where('id', 'in', ids)
    .where('status', '=', 'RUNNING')
    .where('cancelRequestedAt', 'is not', null)
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/**
 * Puts a job back for another worker, or for later.
 * @param waitMs null counts the attempt as none: the worker stops, the job is well
 */
export async function requeueJob(
  app: App,
  job: Pick<JobRow, 'id' | 'leaseNumber' | 'attempts'>,
  failure: JobFailure | null,
  waitMs: number | null,
): Promise<void> {
  await transaction(app, async (em) => {
    const ours = { id: job.id, status: 'RUNNING', leaseNumber: job.leaseNumber } as const;
    await em.nativeUpdate(JobRow, ours, {
      status: 'QUEUED',
      stage: failure ? 'waiting to try again' : 'queued',
      attempts: waitMs === null ? job.attempts - 1 : job.attempts,
      runAfter: (await app.dialect.readNowMs(em)) + (waitMs ?? 0),
      errorCode: failure?.code ?? null,
      errorMessage: failure?.message ?? null,
      leaseNumber: null,
      leaseExpiresAt: null,
    });
  });
  tellOfJob(app, job.id);
  app.videos.jobsWaiting.wake();
}

/** How long a failed attempt is waited for: 2 s, 4 s, 8 s …, with some chance so that not all come at once. */
export function backoffMs(attempts: number): number {
  return FIRST_WAIT_MS * 2 ** (attempts - 1) * (0.75 + Math.random() / 2);
}

/**
 * Looks for jobs whose worker is dead, or was paused for so long that it will find its lease gone. They go on with
 * another worker; one that was to be cancelled, or that several workers died of, ends.
 */
export async function releaseOrphans(app: App): Promise<void> {
  const orphans = await app.read
    .selectFrom('processingJobs')
    .select(['id', 'leaseNumber', 'attempts', 'cancelRequestedAt'])
    .where('status', '=', 'RUNNING')
    .where('leaseExpiresAt', '<', app.dialect.nowMs)
    .limit(AT_ONCE)
    .execute();
  for (const orphan of orphans) {
    app.log.warn({ jobId: orphan.id }, 'found a job that its worker had left');
    const { id, leaseNumber, cancelRequestedAt, attempts } = orphan;
    if (cancelRequestedAt !== null) {
      await transaction(app, (em) => endJob(app, em, id, leaseNumber, { status: 'CANCELLED', failure: null }));
    } else if (attempts >= MOST_ATTEMPTS) {
      await transaction(app, (em) => endJob(app, em, id, leaseNumber, { status: 'FAILED', failure: WORKERS_DIED }));
    } else await requeueJob(app, orphan, null, 0);
  }
}

const WORKERS_DIED: JobFailure = {
  code: 'INTERNAL_SERVER_ERROR',
  message: `The server stopped ${MOST_ATTEMPTS} times while it worked on this: try again, or report it.`,
};

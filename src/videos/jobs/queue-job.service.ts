import type { EntityManager } from '@mikro-orm/sql';
import type { App } from '../../shared/app.js';
import { JobRow } from './job.row.js';

/**
 * Writes a job, in the transaction of the act that asks for it. Wake the workers when it is committed.
 * @param job `runAfter` null waits until something sets it
 */
export async function insertJob(
  app: App,
  em: EntityManager,
  job: Pick<JobRow, 'kind' | 'lessonId' | 'userId'> & Partial<JobRow>,
): Promise<number> {
  return em.insert(JobRow, {
    status: 'QUEUED',
    stage: 'queued',
    runAfter: await app.dialect.readNowMs(em),
    progressPercent: 0,
    attempts: 0,
    createdAt: app.clock.now(),
    creditsPerMinute: 0,
    holdCredits: 0,
    holdNumber: 0,
    creditsCharged: 0,
    ...job,
  });
}

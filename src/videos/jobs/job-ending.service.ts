import type { EntityManager } from '@mikro-orm/sql';
import { settleJob } from '../../credits/ledger.service.js';
import { speechPrice } from '../../credits/price.policy.js';
import { recordSpeechUsage } from '../../credits/usage.service.js';
import type { App } from '../../shared/app.js';
import type { ErrorCode } from '../../shared/coded-error.js';
import { SpeechPartRow } from '../transcription/speech-part.row.js';
import { JobRow } from './job.row.js';

export interface JobFailure {
  code: keyof typeof ErrorCode;
  message: string;
}

/** How a job ends. */
export interface JobEnding {
  status: 'COMPLETED' | 'FAILED' | 'CANCELLED';
  failure: JobFailure | null;
  /** What is written with it or not at all. */
  write?(em: EntityManager, job: JobRow): Promise<void>;
}

/**
 * Ends a job in the caller's transaction: what it made, its status, usage row and settlement, or nothing of it.
 * @param leaseNumber the lease that the caller holds or has seen expire; null for a job that nobody works on
 * @returns false when it has ended already or is another's: whichever ending commits first stands
 */
export async function endJob(
  app: App,
  em: EntityManager,
  jobId: number,
  leaseNumber: number | null,
  { status, failure, write }: JobEnding,
): Promise<boolean> {
  const ours = { id: jobId, status: leaseNumber === null ? 'QUEUED' : 'RUNNING', leaseNumber } as const;
  await app.statements.within(em).lock('processingJobs', jobId);
  const job = await em.findOne(JobRow, ours);
  if (!job) return false;
  await write?.(em, job);
  const charge = await settle(app, em, job, status);
  await em.nativeUpdate(JobRow, ours, {
    status,
    stage: status.toLowerCase(),
    ...(status === 'COMPLETED' && { progressPercent: 100 }),
    errorCode: failure?.code ?? null,
    errorMessage: failure?.message ?? null,
    finishedAt: app.clock.now(),
    runAfter: null,
    leaseNumber: null,
    leaseExpiresAt: null,
    cancelRequestedAt: null,
    holdCredits: 0,
    creditsCharged: charge,
  });
  await app.checkpoint('job.before-commit');
  return true;
}

/**
 * Logs what the provider wrote down and gives back what of the hold is not charged. Only a job that made its
 * transcript is charged; what was heard before another failed is kept for the next try, which does not pay for it twice.
 */
async function settle(app: App, em: EntityManager, job: JobRow, status: JobEnding['status']): Promise<number> {
  if (job.kind !== 'TRANSCRIBE') return 0;
  const parts = await em.find(SpeechPartRow, { jobId: job.id }, { fields: ['audioSeconds', 'counted'] });
  const audioSeconds = parts.reduce((sum, part) => sum + part.audioSeconds, 0);
  const { id: jobId, userId, provider, model, holdCredits, holdNumber } = job;
  if (parts.length > 0 && provider && model) {
    const source = parts.every(({ counted }) => counted) ? 'PROVIDER' : 'ESTIMATED';
    const usage = { tokensInput: 0, tokensOutput: 0, audioSeconds, source } as const;
    await recordSpeechUsage(app, em, { userId, jobId, provider, model }, usage);
  }
  if (status === 'COMPLETED') await em.nativeDelete(SpeechPartRow, { jobId });
  const price = status === 'COMPLETED' ? speechPrice(job.creditsPerMinute, audioSeconds) : 0;
  const charge = Math.min(price, holdCredits);
  await settleJob(app, em, { userId, jobId, jobHold: holdNumber, credits: holdCredits }, charge);
  return charge;
}

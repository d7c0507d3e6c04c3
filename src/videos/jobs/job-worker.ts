import { mkdir, rm } from 'node:fs/promises';
import { pause } from '../../shared/abortable.js';
import type { App } from '../../shared/app.js';
import { sweepUploads } from '../uploads/sweep-uploads.service.js';
import type { JobRow } from './job.row.js';
import { cancelRequests, claimJob, releaseOrphans } from './lease.service.js';
import { runJob } from './run-job.js';
import { RunningJob } from './running-job.js';
import { sweepWork, workFolder } from './work-folder.js';

/** Jobs that other processes queued are found so late at most. */
const LOOK_MS = 1000;
const KEEP_MS = 500;
const SWEEP_MS = 1000;
const SWEEP_FILES_MS = 30_000;

/**
 * Works on the jobs that wait, so many at once, whichever process queued them; keeps the leases of its own, and looks
 * for those that dead workers have left and for files that nothing uses any more.
 */
export class JobWorker {
  readonly #running = new Map<RunningJob, Promise<void>>();
  readonly #rounds: Promise<void>[] = [];
  readonly #stopping = new AbortController();

  constructor(
    private readonly app: App,
    private readonly atOnce: number,
  ) {}

  start(): void {
    if (this.atOnce > 0) this.#rounds.push(this.#look());
    this.#repeat(KEEP_MS, () => this.#keep());
    this.#repeat(SWEEP_MS, () => releaseOrphans(this.app));
    this.#repeat(SWEEP_FILES_MS, async () => {
      await sweepUploads(this.app);
      await sweepWork(this.app);
    });
  }

  /** Puts running jobs back for others, and resolves when nothing here uses the database any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const job of this.#running.keys()) job.stop('shutdown');
    await Promise.all([...this.#rounds, ...this.#running.values()]);
  }

  async #look(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const job = this.#running.size < this.atOnce ? await this.#claim() : null;
      if (job) this.#begin(job);
      // Also woken by a job that has ended, for its place.
      else await this.app.videos.jobsWaiting.next(LOOK_MS, signal);
    }
  }

  async #claim(): Promise<JobRow | null> {
    try {
      return await claimJob(this.app);
    } catch (error) {
      this.app.log.error({ err: error }, 'no job could be taken up');
      return null;
    }
  }

  async #keep(): Promise<void> {
    const running = [...this.#running.keys()];
    if (running.length === 0) return;
    const toStop = await cancelRequests(
      this.app,
      running.map(({ row }) => row.id),
    );
    for (const job of running) {
      if (toStop.has(job.row.id)) job.stop('cancelled');
      else await job.keep();
    }
  }

  #begin(row: JobRow): void {
    const job = new RunningJob(this.app, row, workFolder(this.app, row));
    if (this.#stopping.signal.aborted) job.stop('shutdown');
    const work = this.#work(job).finally(() => {
      this.#running.delete(job);
      this.app.videos.jobsWaiting.wake();
    });
    this.#running.set(job, work);
  }

  async #work(job: RunningJob): Promise<void> {
    const { log } = this.app;
    const { id: jobId, kind, attempts } = job.row;
    log.info({ jobId, kind, attempts }, 'job taken up');
    try {
      await mkdir(job.folder, { recursive: true, mode: 0o700 });
      const ended = await runJob(job);
      if (ended) await rm(job.folder, { recursive: true, force: true });
      log.info({ jobId, kind, ended }, 'job left');
    } catch (error) {
      // The lease runs out, and a sweep gives the job to another.
      log.error({ err: error, jobId }, 'a job could not be ended');
    }
  }

  #repeat(everyMs: number, work: () => Promise<void>): void {
    const { signal } = this.#stopping;
    const rounds = async () => {
      while (!signal.aborted) {
        try {
          await work();
        } catch (error) {
          this.app.log.error({ err: error }, 'jobs and uploads could not be kept');
        }
        await pause(everyMs, signal);
      }
    };
    this.#rounds.push(rounds());
  }
}

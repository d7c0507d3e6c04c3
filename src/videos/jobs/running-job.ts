import type { EntityManager } from '@mikro-orm/sql';
import type { App } from '../../shared/app.js';
import type { JobRow } from './job.row.js';
import { LEASE_MS, renewLease } from './lease.service.js';

const RENEW_BEFORE_MS = LEASE_MS - 2000;

/** Why a job was stopped before it had ended. */
export type JobStop = 'cancelled' | 'shutdown' | 'lost';

/** What a job has made, to be written in the transaction that completes it. */
export type Made = (em: EntityManager, job: JobRow) => Promise<void>;

/** A job that this process works on: what its stages see, and what keeps its lease. */
export class RunningJob {
  #stage = 'starting';
  #percent = 0;
  #written = 'starting 0';
  #leaseUntil: number;
  readonly #controller = new AbortController();
  stopReason: JobStop | null = null;

  constructor(
    readonly app: App,
    readonly row: JobRow,
    /** A folder of the job's own, which outlives the process: what a stage has made there need not be made again. */
    readonly folder: string,
  ) {
    this.#leaseUntil = app.clock.monotonic() + LEASE_MS;
  }

  /** Aborted when the work is to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** A new stage begins, at so many hundredths of the whole. */
  async enter(stage: string, percent: number): Promise<void> {
    this.#stage = stage;
    this.#percent = percent;
    await this.keep();
    await this.app.checkpoint(`job.${this.row.kind.toLowerCase()}.${stage.replaceAll(' ', '-')}`);
    this.signal.throwIfAborted();
  }

  /** The stage has come so far; written with the next renewal. */
  advance(percent: number): void {
    this.#percent = Math.min(99, Math.max(this.#percent, Math.floor(percent)));
  }

  stop(reason: JobStop): void {
    this.stopReason ??= reason;
    this.#controller.abort();
  }

  /** Renews the lease when it is due and writes how far the job is; stops what is to be cancelled or is another's. */
  async keep(): Promise<void> {
    if (this.stopReason) return;
    const { clock } = this.app;
    const now = clock.monotonic();
    const state = `${this.#stage} ${this.#percent}`;
    if (state === this.#written && this.#leaseUntil - now > RENEW_BEFORE_MS) return;
    const fate = await renewLease(this.app, this.row, { stage: this.#stage, progressPercent: this.#percent });
    if (fate !== 'kept') return this.stop(fate);
    this.#written = state;
    // Taken before the database's own: the lease that we count on ends no later than the one that others see.
    this.#leaseUntil = now + LEASE_MS;
  }
}

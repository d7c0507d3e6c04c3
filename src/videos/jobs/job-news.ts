import { pause } from '../../shared/abortable.js';
import type { App } from '../../shared/app.js';

/** How far a subscriber may be behind a job, whichever process works on it. */
const POLL_MS = 200;
/** Where that process tells when it has changed: what it tells may be lost. */
const CHECK_MS = 1000;

/** Tells those who follow a job, on any node, that it has changed; after the change is committed. */
export function tellOfJob({ bus }: App, id: number): void {
  void bus.publish(topicOf(id), {});
}

/** Hears of a job's changes, from before it is first read. */
export function hearOfJob({ bus }: App, id: number) {
  let told = new AbortController();
  const leave = bus.listen(topicOf(id), () => told.abort());
  return {
    leave,
    /** Resolves when the job may have changed since this resolved last, or the signal is aborted. */
    async next(signal: AbortSignal): Promise<void> {
      await pause(bus.isUp ? CHECK_MS : POLL_MS, AbortSignal.any([signal, told.signal]));
      told = new AbortController();
    },
  };
}

function topicOf(id: number): string {
  return `job.${id}`;
}

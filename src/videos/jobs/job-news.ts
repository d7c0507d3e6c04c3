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

/** Resolves when a job may have changed, or the signal is aborted. */
export async function newsOfJob({ bus }: App, id: number, signal: AbortSignal): Promise<void> {
  if (!bus.isUp) return pause(POLL_MS, signal);
  const told = new AbortController();
  const forget = bus.listen(topicOf(id), () => told.abort());
  await pause(CHECK_MS, AbortSignal.any([signal, told.signal]));
  forget();
}

function topicOf(id: number): string {
  return `job.${id}`;
}

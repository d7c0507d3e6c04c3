/** npm, a terminal and systemd signal a process and its parents, which pass it on: what comes so soon is the same wish. */
const SAME_WISH_MS = 1000;

/**
 * Calls `stop` at the first SIGTERM or SIGINT, and `insist` at one that comes later: whoever signals again does not want
 * to wait.
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void, insist: (signal: NodeJS.Signals) => void): void {
  let firstAt: number | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (firstAt === null) {
        firstAt = performance.now();
        stop(signal);
      } else if (performance.now() - firstAt > SAME_WISH_MS) insist(signal);
    });
  }
}

/** Ends this process as the signal would have, had nobody listened to it. */
export function endBy(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

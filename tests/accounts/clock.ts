import type { Clock } from '../../src/shared/clock.js';

export interface SettableClock extends Clock {
  /** Lets so much time pass for the server. */
  pass(ms: number): void;
}

/** Time that stands still until the test lets it pass. */
export function settableClock(start = Date.UTC(2026, 0, 31, 12)): SettableClock {
  let ms = 0;
  return {
    now: () => start + ms,
    monotonic: () => ms,
    pass(more) {
      ms += more;
    },
  };
}

import type { Clock } from '../shared/clock.js';
import { CallQueue } from './call-queue.js';
import { CircuitBreaker } from './circuit-breaker.js';

/** A question that was let through to the model. */
export interface Admission {
  /** Calls back when its call may begin: at once, or in its turn. */
  begin(call: () => void): void;
  /**
   * The call is over, or was never made.
   * @param providerWorked null when the ending tells nothing of the provider
   */
  leave(providerWorked: boolean | null): void;
}

/** The door to the provider: nothing is written for a question that it refuses. */
export class ModelGate {
  readonly breaker: CircuitBreaker;
  readonly calls: CallQueue;

  constructor(clock: Clock, limits: { concurrency: number; queue: number }) {
    this.breaker = new CircuitBreaker(clock);
    this.calls = new CallQueue(limits.concurrency, limits.queue);
  }

  /** @throws TUTOR_BUSY, TUTOR_UNAVAILABLE */
  admit(): Admission {
    const place = this.calls.take();
    try {
      const report = this.breaker.admit();
      return {
        begin: (call) => place.begin(call),
        leave(providerWorked) {
          place.leave();
          report(providerWorked);
        },
      };
    } catch (refusal) {
      place.leave();
      throw refusal;
    }
  }
}

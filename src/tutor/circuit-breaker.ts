import type { Clock } from '../shared/clock.js';
import { CodedError } from '../shared/coded-error.js';

const FAILURES = 5;
const OPEN_MS = 10_000;

/**
 * Keeps students from waiting for a provider that is down: after five failed answers in a row questions are refused at
 * once; ten seconds later one is let through as a trial, and how it ends decides.
 */
export class CircuitBreaker {
  #failures = 0;
  #openUntil = 0;
  #onTrial = false;

  constructor(private readonly clock: Clock) {}

  /** Whether a question would be refused now. */
  get open(): boolean {
    return this.#failures >= FAILURES && (this.#onTrial || this.clock.monotonic() < this.#openUntil);
  }

  /**
   * Lets a question through.
   * @returns how to report its ending, once: true, false, or null when it tells nothing of the provider
   * @throws TUTOR_UNAVAILABLE while it is open
   */
  admit(): (providerWorked: boolean | null) => void {
    if (this.open) {
      const leftMs = Math.max(1000, this.#openUntil - this.clock.monotonic());
      const facts = { retryAfterSeconds: Math.ceil(leftMs / 1000) };
      throw new CodedError('TUTOR_UNAVAILABLE', 'The tutor cannot be reached just now: try again in a moment.', facts);
    }
    const trial = this.#failures >= FAILURES;
    this.#onTrial ||= trial;
    return (providerWorked) => {
      if (trial) this.#onTrial = false;
      if (providerWorked) this.#failures = 0;
      else if (providerWorked === false && ++this.#failures >= FAILURES) {
        this.#openUntil = this.clock.monotonic() + OPEN_MS;
      }
    };
  }
}

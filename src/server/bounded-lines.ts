import type { Clock } from '../shared/clock.js';

const WINDOW_MS = 1000;

/** Lets so many log lines through in a second, and has the number of those that it left out told after it. */
export class BoundedLines {
  #start = Number.NEGATIVE_INFINITY;
  #lines = 0;
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly perSecond: number,
    private readonly tellLeftOut: (leftOut: number) => void,
  ) {}

  /** Whether one more line may be written now. */
  admit(): boolean {
    const now = this.clock.monotonic();
    if (now - this.#start >= WINDOW_MS) {
      this.close();
      this.#start = now;
      this.#lines = 0;
    }
    if (this.#lines < this.perSecond) {
      this.#lines++;
      return true;
    }
    this.#leftOut++;
    this.#timer ??= setTimeout(() => this.close(), WINDOW_MS).unref();
    return false;
  }

  /** Has told what was left out so far. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const leftOut = this.#leftOut;
    this.#leftOut = 0;
    if (leftOut > 0) this.tellLeftOut(leftOut);
  }
}

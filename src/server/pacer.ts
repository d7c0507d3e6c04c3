import type { Clock } from '../shared/clock.js';

const WINDOW_MS = 100;
/** From some thousand pieces of text a second on, sending each by itself is what a core mostly does. */
const BUSY_PIECES = 300;
/** Shorter than a screen takes to show it. */
const BEAT_MS = 10;

/**
 * When pieces of text leave. While few come, each leaves at once; while thousands come in a second, all streams leave
 * together every 10 ms, and what has come for a stream meanwhile leaves as one piece.
 */
export class Pacer {
  #windowEnd = 0;
  #pieces = 0;
  #busy = false;
  #inBeat = false;
  #waiting = new Set<() => void>();

  constructor(private readonly clock: Clock) {}

  /** Whether a piece may leave now; if not, `again` is called when it may. */
  mayLeave(again: () => void): boolean {
    if (this.#inBeat) return true;
    this.#count();
    if (!this.#busy) return true;
    if (this.#waiting.size === 0) setTimeout(() => this.#beat(), BEAT_MS);
    this.#waiting.add(again);
    return false;
  }

  #count(): void {
    const now = this.clock.monotonic();
    if (now >= this.#windowEnd) {
      this.#busy = this.#pieces >= BUSY_PIECES && now < this.#windowEnd + WINDOW_MS;
      this.#pieces = 0;
      this.#windowEnd = now + WINDOW_MS;
    }
    this.#pieces++;
  }

  #beat(): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    this.#inBeat = true;
    for (const again of waiting) again();
    this.#inBeat = false;
  }
}

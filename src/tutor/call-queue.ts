import { CodedError } from '../shared/coded-error.js';

/** A place at the provider, held from before the question is written until its call is over. */
export interface Place {
  /** Resolves when the call may begin (true), in the order of asking, or when the signal is aborted (false). */
  turn(signal: AbortSignal): Promise<boolean>;
  /** Gives the place to the next in line; again does nothing. */
  leave(): void;
}

/** At most so many calls at once, and so many that wait. First come, first served: each asker has few at a time. */
export class CallQueue {
  #calling = 0;
  #taken = 0;
  /** What begins a waiting call, the longest waiting first. */
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly concurrency: number,
    private readonly queue: number,
  ) {}

  /** Calls under way. */
  get calling(): number {
    return this.#calling;
  }

  /** Those that wait for their turn. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** @throws TUTOR_BUSY when calls and queue are full */
  take(): Place {
    if (this.#taken >= this.concurrency + this.queue) {
      const facts = { retryAfterSeconds: 10 };
      throw new CodedError('TUTOR_BUSY', 'Too many students ask at once: try again in a few seconds.', facts);
    }
    this.#taken++;
    let calling = false;
    let left = false;
    return {
      turn: (signal) =>
        new Promise((resolve) => {
          const settle = () => {
            this.#waiting.delete(begin);
            signal.removeEventListener('abort', settle);
            resolve(calling);
          };
          // Counted here and not by the caller: until that one runs, another could take the same place.
          const begin = () => {
            this.#calling++;
            calling = true;
            settle();
          };
          if (signal.aborted || left) return settle();
          if (this.#calling < this.concurrency) return begin();
          this.#waiting.add(begin);
          signal.addEventListener('abort', settle);
        }),
      leave: () => {
        if (left) return;
        left = true;
        this.#taken--;
        if (!calling) return;
        this.#calling--;
        const [next] = this.#waiting;
        next?.();
      },
    };
  }
}

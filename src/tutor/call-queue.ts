import { CodedError } from '../shared/coded-error.js';

/** A place at the provider, held from before the question is written until its call is over. */
export interface Place {
  /** Calls back when the call may begin, in the order of asking: at once, or when others have left. */
  begin(call: () => void): void;
  /** Gives the place to the next in line, also before its turn has come; again does nothing. */
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
    let waiting: (() => void) | null = null;
    return {
      begin: (call) => {
        if (left) return;
        // Counted here and not by the caller: until that one runs, another could take the same place.
        const begin = () => {
          this.#calling++;
          calling = true;
          waiting = null;
          call();
        };
        if (this.#calling < this.concurrency) return begin();
        waiting = begin;
        this.#waiting.add(begin);
      },
      leave: () => {
        if (left) return;
        left = true;
        this.#taken--;
        if (waiting) this.#waiting.delete(waiting);
        if (!calling) return;
        this.#calling--;
        const [next] = this.#waiting;
        if (!next) return;
        this.#waiting.delete(next);
        next();
      },
    };
  }
}

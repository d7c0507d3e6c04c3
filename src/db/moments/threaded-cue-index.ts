import { Worker } from 'node:worker_threads';
import { CodedError } from '../../shared/coded-error.js';
import type { Config } from '../../shared/config.js';
import { FairQueue } from '../../shared/fair-queue.js';
import type {
  CueIndex,
  FoundMoments,
  FoundPassage,
  MomentSearch,
  PassageSearch,
} from '../../videos/moments/cue-index.js';
import type { Search, Searched } from './thread.js';

/** A thread loads its code in 50 ms, and on a machine that has no time in seconds: that is no search's fault. */
const START_MS = 20_000;

interface Waiting {
  asked: Search;
  answer(found: never): void;
  fail(error: unknown): void;
  /** Ends its wait, then its work. */
  timer: NodeJS.Timeout | undefined;
}

/**
 * Searches in a thread with a read-only handle of its own, one after the other, clients in turn, so that a common word costs nobody else
 * a millisecond. The thread starts with the first search. One that is stuck is replaced: what SQLite does at that moment
 * cannot be broken off, so it ends by itself when that statement does.
 */
export class ThreadedCueIndex implements CueIndex {
  readonly #waiting: FairQueue<Waiting>;
  #running: Waiting | null = null;
  #thread: Worker | null = null;
  #ready = false;
  #closed = false;
  readonly #ending = new Set<Promise<unknown>>();

  constructor(
    private readonly searched: Searched,
    private readonly limits: Config['search'],
    private readonly script: string | URL,
  ) {
    this.#waiting = new FairQueue(limits.queue);
  }

  search(search: MomentSearch, client: string): Promise<FoundMoments> {
    return this.#ask({ kind: 'moments', search }, client);
  }

  searchCourse(search: PassageSearch, client: string): Promise<FoundPassage[]> {
    return this.#ask({ kind: 'passages', search }, client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting) waiting.fail(busy());
    while (this.#waiting.next());
    this.#replace(busy());
    await Promise.all(this.#ending);
  }

  #ask<T>(asked: Search, client: string): Promise<T> {
    if (this.#closed) return Promise.reject(busy());
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const waiting: Waiting = { asked, answer: resolve, fail: reject, timer: undefined };
    this.#limitWait(waiting);
    this.#waiting.add(client, waiting)?.fail(busy());
    this.#next();
    return promise.finally(() => clearTimeout(waiting.timer));
  }

  #next(): void {
    if (this.#running || this.#waiting.size === 0) return;
    this.#thread ??= this.#start();
    if (!this.#ready) return;
    const next = this.#waiting.next() as Waiting;
    this.#running = next;
    clearTimeout(next.timer);
    next.timer = setTimeout(() => this.#replace(tooLong()), this.limits.timeoutMs);
    this.#thread.postMessage(next.asked);
  }

  #start(): Worker {
    const thread = new Worker(this.script, { workerData: this.searched });
    const ours = () => this.#thread === thread;
    thread.on('message', (message) => {
      if (!ours()) return;
      const running = this.#running;
      this.#running = null;
      if (message.ready) this.#ready = true;
      else if (message.error) running?.fail(message.error);
      else running?.answer(message.found as never);
      this.#next();
    });
    // A thread that dies takes its search with it, and no other.
    thread.on('error', (error) => ours() && this.#replace(error));
    thread.on('exit', () => ours() && this.#replace(new Error('the search thread has ended')));
    return thread;
  }

  #limitWait(waiting: Waiting): void {
    clearTimeout(waiting.timer);
    const turnAway = () => {
      this.#waiting.delete(waiting);
      waiting.fail(busy());
    };
    waiting.timer = setTimeout(turnAway, this.limits.timeoutMs + (this.#ready ? 0 : START_MS));
  }

  /** Lets go of the thread, and of what it works on; one that does not even start fails whoever waits first. */
  #replace(error: unknown): void {
    const [thread, running] = [this.#thread, this.#running ?? (this.#ready ? null : this.#waiting.next())];
    this.#thread = null;
    this.#running = null;
    this.#ready = false;
    if (thread) {
      const ended = thread.terminate().finally(() => this.#ending.delete(ended));
      this.#ending.add(ended);
    }
    running?.fail(error);
    for (const waiting of this.#waiting) this.#limitWait(waiting);
    this.#next();
  }
}

function busy(): CodedError {
  const message = 'Too many searches are waiting: try again in a second.';
  return new CodedError('RATE_LIMITED', message, { retryAfterSeconds: 1 });
}

function tooLong(): CodedError {
  const message = 'The search took too long: add a rarer word, or search within one course.';
  return new CodedError('QUERY_TOO_COMPLEX', message);
}

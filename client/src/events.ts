/** What is pushed, to be read in a `for await`; leaving the loop calls `leave`, also while it waits. */
export class Events<T> implements AsyncIterableIterator<T> {
  readonly #untaken: T[] = [];
  readonly #waiting: PromiseWithResolvers<IteratorResult<T>>[] = [];
  #end: { error?: unknown } | null = null;

  constructor(private readonly leave: () => void) {}

  push(event: T): void {
    if (this.#end) return;
    const waiting = this.#waiting.shift();
    if (waiting) waiting.resolve({ value: event, done: false });
    else this.#untaken.push(event);
  }

  /** After what was pushed before. */
  close(): void {
    this.#finish({});
  }

  fail(error: unknown): void {
    this.#finish({ error });
  }

  async next(): Promise<IteratorResult<T>> {
    if (this.#untaken.length > 0) return { value: this.#untaken.shift() as T, done: false };
    if (!this.#end) {
      const waiting = withResolvers<IteratorResult<T>>();
      this.#waiting.push(waiting);
      return waiting.promise;
    }
    const end = this.#end;
    this.#end = {};
    if ('error' in end) throw end.error;
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<T>> {
    this.leave();
    this.#untaken.length = 0;
    this.#finish({});
    this.#end = {};
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finish(end: { error?: unknown }): void {
    if (this.#end) return;
    this.#end = end;
    const first = this.#waiting.shift();
    if (first && 'error' in end) {
      this.#end = {};
      first.reject(end.error);
    } else first?.resolve({ value: undefined, done: true });
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ value: undefined, done: true });
  }
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** As `Promise.withResolvers`, which browsers of 2023 lack. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  const made = {} as PromiseWithResolvers<T>;
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

/**
 * One piece of work for each turn of the event loop. A hundred sockets that are ready are otherwise served in a single
 * turn, and timers (running answers are stored by one) and other readers wait until all of them are through.
 */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Resolves in a turn of the caller's own, in the order of asking. */
  next(): Promise<void> {
    this.#last = this.#last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return this.#last;
  }
}

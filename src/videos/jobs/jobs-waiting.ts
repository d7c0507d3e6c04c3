/** Wakes the workers of this process when a job was queued by it; those of others look for themselves. */
export class JobsWaiting {
  #wake = Promise.withResolvers<void>();

  wake(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Resolves with the next wake, after so long, or when the signal is aborted. */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, ms);
    const onAbort = () => over.resolve();
    signal.addEventListener('abort', onAbort);
    await Promise.race([this.#wake.promise, over.promise]);
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  }
}

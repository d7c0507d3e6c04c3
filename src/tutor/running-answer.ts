import type { Clock } from '../shared/clock.js';

/** By the database's clock for other processes, by the monotonic clock for this one. */
export const LEASE_MS = 6000;
/** Text is shown only while so much of the lease is left: nobody else can have ended the answer meanwhile. */
const LEASE_MARGIN_MS = 1000;

/** Why a generation was stopped before the model had finished. */
export type StopReason = 'cancelled' | 'shutdown' | 'too long' | 'lost';

/**
 * An answer that this process generates. Its text is the one buffer of all its subscribers: each keeps a position in
 * it, so a slow reader costs no memory and a late one misses nothing.
 */
export class RunningAnswer {
  #text = '';
  /** A high surrogate whose other half has not come yet. */
  #pending = '';
  #storedLength = 0;
  #leaseUntil: number;
  #over = false;
  #wake = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #controller = new AbortController();
  stopReason: StopReason | null = null;

  constructor(
    readonly chatId: number,
    readonly leaseNumber: number,
    /** When the ask was committed, by the monotonic clock. */
    readonly askedAt: number,
    private readonly clock: Clock,
  ) {
    this.#leaseUntil = askedAt + LEASE_MS;
  }

  /** What subscribers may see: well-formed UTF-16 that never ends within a pair. */
  get text(): string {
    return this.#text;
  }

  /** Aborted when the generation is to stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether its ending is committed, or another process has taken it. */
  get over(): boolean {
    return this.#over;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get unsaved(): boolean {
    return this.#text.length > this.#storedLength;
  }

  /** Adds what the model sent, cut between code points; an unpaired surrogate becomes U+FFFD. */
  append(chunk: string): void {
    const joined = this.#pending + chunk;
    const keep = /[\uD800-\uDBFF]$/.test(joined) ? joined.length - 1 : joined.length;
    this.#pending = joined.slice(keep);
    if (keep === 0) return;
    this.#text += joined.slice(0, keep).toWellFormed();
    this.#notify();
  }

  /** Ends the text: a half pair that waited is unpaired now. */
  finishText(): void {
    if (this.#pending) this.#text += this.#pending.toWellFormed();
    this.#pending = '';
    this.#notify();
  }

  /** Cuts the text to at most so many UTF-8 bytes, between code points; whether that took anything away. */
  limitBytes(maxBytes: number): boolean {
    if (this.#text.length * 3 <= maxBytes || Buffer.byteLength(this.#text) <= maxBytes) return false;
    const bytes = Buffer.from(this.#text).subarray(0, maxBytes);
    this.#text = new TextDecoder().decode(bytes).replace(/\uFFFD+$/, '');
    this.#pending = '';
    return true;
  }

  stop(reason: StopReason): void {
    this.stopReason ??= reason;
    this.#controller.abort();
  }

  /** Whether text may be shown: the lease still has a margin. */
  get mayShow(): boolean {
    return this.clock.monotonic() < this.#leaseUntil - LEASE_MARGIN_MS;
  }

  /** When this process's hold on the answer ends, by the monotonic clock. */
  get leaseUntil(): number {
    return this.#leaseUntil;
  }

  /** The row holds the text up to a length, and the lease until a time. */
  stored(length: number, leaseUntil: number): void {
    this.#storedLength = length;
    const wasHidden = !this.mayShow;
    this.#leaseUntil = leaseUntil;
    if (wasHidden) this.#notify();
  }

  /** The answer has its ending, or is another process's: subscribers read the row from here on. */
  close(): void {
    this.#over = true;
    this.#ended.resolve();
    this.#notify();
  }

  /** Resolves with the next change, or when the signal is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const onAbort = () => resolve();
    signal.addEventListener('abort', onAbort);
    await Promise.race([this.#wake.promise, aborted]);
    signal.removeEventListener('abort', onAbort);
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
  }
}

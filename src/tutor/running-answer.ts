import type { Clock } from '../shared/clock.js';
import { storable } from '../shared/storable.js';
import type { LiveAnswer } from './live-answer.js';

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
export class RunningAnswer implements LiveAnswer {
  #text = '';
  /** UTF-8 bytes of the text. */
  #bytes = 0;
  /** What was added last, and where it begins: most readers want no more, and need not cut it out of the whole. */
  #last = '';
  #lastFrom = 0;
  /** A high surrogate whose other half has not come yet. */
  #pending = '';
  #storedLength = 0;
  #leaseUntil: number;
  #over = false;
  #cut = false;
  readonly #ended = Promise.withResolvers<void>();
  readonly #listeners = new Set<() => void>();
  readonly #stopListeners = new Set<() => void>();
  stopReason: StopReason | null = null;

  constructor(
    readonly chatId: number,
    readonly leaseNumber: number,
    /** When the ask was committed, by the monotonic clock. */
    readonly askedAt: number,
    private readonly clock: Clock,
    /** Of UTF-8: what would come beyond is left out. */
    private readonly maxBytes = Number.POSITIVE_INFINITY,
  ) {
    this.#leaseUntil = askedAt + LEASE_MS;
  }

  /** What subscribers may see: well-formed UTF-16 that never ends within a pair. */
  get text(): string {
    return this.#text;
  }

  get length(): number {
    return this.#text.length;
  }

  /** The text from a position on. */
  since(position: number): string {
    return position === this.#lastFrom ? this.#last : this.#text.slice(position);
  }

  /** Whether its ending is committed, or another process has taken it. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether it reached its size and lost what came beyond. */
  get cut(): boolean {
    return this.#cut;
  }

  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  get unsaved(): boolean {
    return this.#text.length > this.#storedLength;
  }

  /** Adds what the model sent, cut between code points; an unpaired surrogate becomes U+FFFD. */
  append(chunk: string): void {
    const joined = this.#pending === '' ? chunk : this.#pending + chunk;
    const isHalf = isHighSurrogate(joined.charCodeAt(joined.length - 1));
    this.#pending = isHalf ? joined.slice(-1) : '';
    this.#add(isHalf ? joined.slice(0, -1) : joined);
  }

  /** Ends the text: a half pair that waited is unpaired now. */
  finishText(): void {
    const half = this.#pending;
    this.#pending = '';
    if (half) this.#add(half);
  }

  stop(reason: StopReason): void {
    if (this.stopReason) return;
    this.stopReason = reason;
    for (const listener of [...this.#stopListeners]) listener();
  }

  /** Calls back when the generation is to stop; gives what takes that back. */
  onStop(listener: () => void): () => void {
    this.#stopListeners.add(listener);
    return () => this.#stopListeners.delete(listener);
  }

  /** Whether text may be shown: the lease still has a margin. */
  get mayShow(): boolean {
    return this.clock.monotonic() < this.#leaseUntil - LEASE_MARGIN_MS;
  }

  /** When this process's hold on the answer ends, by the monotonic clock. */
  get leaseUntil(): number {
    return this.#leaseUntil;
  }

  /** The row holds the text up to a length. */
  stored(length: number): void {
    this.#storedLength = length;
  }

  /** The row holds the lease until a time. */
  renewed(leaseUntil: number): void {
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

  /** Calls back with every change; gives what takes that back. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What would not be shown is cut off first: readers are told at once. */
  #add(chunk: string): void {
    if (this.#cut || chunk === '') return;
    let added = storable(chunk);
    let bytes = Buffer.byteLength(added);
    if (this.#bytes + bytes > this.maxBytes) {
      added = firstBytes(added, this.maxBytes - this.#bytes);
      bytes = Buffer.byteLength(added);
      this.#cut = true;
    }
    this.#last = added;
    this.#lastFrom = this.#text.length;
    this.#text += added;
    this.#bytes += bytes;
    if (bytes > 0) this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** At most so many UTF-8 bytes of a well-formed text, cut between code points. */
function firstBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  let end = most;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

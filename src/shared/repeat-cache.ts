import { LRUCache } from 'lru-cache';

/** Texts that were offered once, of which nothing else is kept. */
const MOST_SEEN = 10_000;
const MOST_SEEN_CHARACTERS = 4_000_000;

/**
 * What is made of texts, kept from the second time that a text comes; the oldest are forgotten. Texts that a program
 * makes up anew each time push nothing out, and what was made of them dies young, where it costs the collector least.
 */
export class RepeatCache<Value extends object> {
  readonly #kept: LRUCache<string, Value>;
  readonly #seen = new LRUCache<string, true>({
    max: MOST_SEEN,
    maxSize: MOST_SEEN_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  });

  constructor({ max, size }: { max: number; size?: { most: number; of(value: Value, text: string): number } }) {
    this.#kept = new LRUCache({ max, ...(size && { maxSize: size.most, sizeCalculation: size.of }) });
  }

  get(text: string): Value | undefined {
    return this.#kept.get(text);
  }

  /** @returns the value, kept or not */
  offer(text: string, value: Value): Value {
    if (this.#seen.delete(text)) this.#kept.set(text, value);
    else this.#seen.set(text, true);
    return value;
  }
}

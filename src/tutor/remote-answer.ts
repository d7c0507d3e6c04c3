import type { Bus } from '../shared/bus.js';
import { type Told, topicOf, WANTED, type Wanted } from './answer-relay.js';
import type { LiveAnswer } from './live-answer.js';

/** What is missing between two pieces is asked for once in so long. */
const ASK_AGAIN_MS = 100;

/**
 * An answer that another node generates, as this node hears of it: its text from a position on, without a gap. Pieces
 * may be lost; the listener looks into the database from time to time and is as far then as that.
 */
export class RemoteAnswer implements LiveAnswer {
  readonly mayShow = true;
  #text = '';
  #over = false;
  #askedAt = Number.NEGATIVE_INFINITY;
  readonly #listeners = new Set<() => void>();
  readonly #forget: (() => void)[];

  constructor(
    private readonly bus: Bus,
    private readonly chatId: number,
    /** Where the text begins. */
    private readonly from: number,
  ) {
    this.#forget = [
      bus.listen(topicOf(chatId), (message) => this.#hear(message as Told)),
      bus.onReturn(() => this.ask()),
    ];
    this.ask();
  }

  get over(): boolean {
    return this.#over;
  }

  get length(): number {
    return this.from + this.#text.length;
  }

  since(position: number): string {
    return this.#text.slice(position - this.from);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for what has not come yet. */
  ask(): void {
    this.#askedAt = performance.now();
    void this.bus.publish(WANTED, { chatId: this.chatId, from: this.length } satisfies Wanted);
  }

  leave(): void {
    for (const forget of this.#forget) forget();
  }

  #hear(told: Told): void {
    if ('over' in told) {
      this.#over = true;
    } else if (told.offset > this.length) {
      if (performance.now() - this.#askedAt > ASK_AGAIN_MS) this.ask();
      return;
    } else {
      const added = told.text.slice(this.length - told.offset);
      if (added === '') return;
      this.#text += added;
    }
    for (const listener of [...this.#listeners]) listener();
  }
}

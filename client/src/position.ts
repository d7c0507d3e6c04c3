import type { Result } from './http.js';

type Variables = { [name: string]: unknown };

/** How far a reader of a subscription has come: what to send to go on from there, and what of the answers is new. */
export interface Position {
  /** To send now, for the first time or again. */
  variables(): Variables;
  /** What the reader has not had; null when there is nothing. */
  accept(result: Result): Result | null;
  /** Whether it was sent. */
  readonly begun: boolean;
  /** Whether the last event has come. */
  readonly ended: boolean;
}

/** Of a subscription that begins anew with the present state: it is sent again as it is. */
export class NoPosition implements Position {
  readonly ended = false;
  begun = false;

  constructor(private readonly given: Variables) {}

  variables(): Variables {
    this.begun = true;
    return this.given;
  }

  accept(result: Result): Result {
    return result;
  }
}

/** Of a text that comes in pieces, `askTutorStream` or `tutorTokens`: in UTF-16 code units, as `after` is. */
export class TextPosition implements Position {
  begun = false;
  ended = false;
  #held: number;
  #start: number;
  /** Where the next piece of the subscription that was sent last begins. */
  #next = 0;

  /**
   * @param field the result's field that holds the events
   * @param after the variable that is passed as `after`; without one it is sent as it is, and what comes twice is dropped
   */
  constructor(
    private readonly given: Variables,
    private readonly field: string,
    private readonly after: string | null,
  ) {
    this.#start = Number((after !== null && given[after]) || 0);
    this.#held = this.#start;
  }

  variables(): Variables {
    this.begun = true;
    this.#next = this.after === null ? this.#start : this.#held;
    return this.after === null || this.#held === 0 ? this.given : { ...this.given, [this.after]: this.#held };
  }

  accept(result: Result): Result | null {
    const event = result.data?.[this.field] as { text?: unknown; offset?: unknown } | null | undefined;
    if (!event) return result;
    const { text, offset = this.#next } = event;
    if (typeof text !== 'string' || typeof offset !== 'number') {
      this.ended = true;
      return result;
    }
    this.#next = offset + text.length;
    const known = this.#held - offset;
    if (known >= text.length) return null;
    this.#held = this.#next;
    if (known <= 0) return result;
    const news = { ...event, text: text.slice(known), ...('offset' in event && { offset: offset + known }) };
    return { ...result, data: { ...result.data, [this.field]: news } };
  }
}

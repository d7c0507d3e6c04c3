import type { App } from '../shared/app.js';
import { badInput } from '../shared/coded-error.js';
import { type ChatFields, chatById } from './chat.queries.js';
import { TutorDone, TutorFailed, TutorToken } from './chat.type.js';
import type { RunningAnswer } from './running-answer.js';

/** How far a subscriber may be behind an answer that another process writes. */
const POLL_MS = 200;

export type TutorEventRow = TutorToken | TutorDone | TutorFailed;

/** Takes the pieces of an answer as they come, without a promise for each. */
export interface PieceReader {
  /** Whether it takes a piece now; if not, it calls `again` when it would. */
  ready(again: () => void): boolean;
  take(offset: number, text: string): void;
  /** Whether it wants no more. */
  readonly full?: boolean;
}

/**
 * An answer's text from `after` on (UTF-16 code units), stored and live, then its one terminal event. Leaving it does
 * not stop the answer. Read it by `next()`, each piece an event, or by `readTo()`, which hands the pieces on: one call
 * at a time.
 */
export class AnswerFeed implements AsyncGenerator<TutorEventRow, void, void> {
  #position: number;
  #over = false;
  /** Ends what is waited for. */
  #interrupt = () => {};

  constructor(
    private readonly app: App,
    readonly chatId: number,
    private readonly after: number,
  ) {
    this.#position = after;
  }

  /** @throws BAD_USER_INPUT on `after`, when it is within a surrogate pair */
  async next(): Promise<IteratorResult<TutorEventRow, void>> {
    const reader = new OnePiece(this.chatId);
    const value = (await this.readTo(reader)) ?? reader.piece;
    return value ? { value, done: false } : { value: undefined, done: true };
  }

  /**
   * Gives the reader all pieces, and then the terminal event; null when the feed was left or the reader is full.
   * @throws BAD_USER_INPUT on `after`, when it is within a surrogate pair
   */
  async readTo(reader: PieceReader): Promise<TutorDone | TutorFailed | null> {
    while (!this.#over) {
      const answer = this.app.tutor.answers.get(this.chatId);
      if (answer) await this.#readLive(answer, reader);
      if (this.#over || reader.full) return null;
      // Read after the live answer is over, so after its ending is committed.
      const chat = await chatById(this.app, this.chatId);
      if (chat) await this.#readStored(chat.response, reader);
      if (this.#over || reader.full) return null;
      this.#over = chat?.status !== 'STREAMING';
      if (this.#over) return chat ? terminalEvent(chat) : null;
      if (!this.app.tutor.answers.get(this.chatId)) await this.#pause(POLL_MS);
    }
    return null;
  }

  async return(): Promise<IteratorResult<TutorEventRow, void>> {
    this.#over = true;
    this.#interrupt();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #readLive(answer: RunningAnswer, reader: PieceReader): Promise<void> {
    return this.#until(
      (look) => answer.onChange(look),
      (look) => {
        if (!answer.over && answer.mayShow && answer.length > this.#position && reader.ready(look)) {
          this.#give(answer.since(this.#position), reader);
        }
        return answer.over || reader.full === true;
      },
    );
  }

  async #readStored(response: string, reader: PieceReader): Promise<void> {
    if (response.length <= this.#position) return;
    await this.#until(
      () => () => {},
      (look) => reader.ready(look),
    );
    if (!this.#over) this.#give(response.slice(this.#position), reader);
  }

  #pause(ms: number): Promise<void> {
    let looks = 0;
    return this.#until(
      (look) => {
        const timer = setTimeout(look, ms);
        return () => clearTimeout(timer);
      },
      () => looks++ > 0,
    );
  }

  /**
   * Waits until `holds`, which is looked at now and whenever what was arranged by `arrange` says so, or until the feed is
   * left. `arrange` gives what takes its arrangement back.
   */
  #until(arrange: (look: () => void) => () => void, holds: (look: () => void) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      let waiting = true;
      const end = (settle: () => void) => {
        waiting = false;
        this.#interrupt = () => {};
        takeBack();
        settle();
      };
      const look = () => {
        try {
          if (waiting && holds(look)) end(resolve);
        } catch (error) {
          end(() => reject(error));
        }
      };
      const takeBack = arrange(look);
      this.#interrupt = () => end(resolve);
      look();
    });
  }

  #give(text: string, reader: PieceReader): void {
    if (this.#position === this.after && this.after > 0) requireBorder(text);
    reader.take(this.#position, text);
    this.#position += text.length;
  }
}

/** Reads a single piece, as the event that it is. */
class OnePiece implements PieceReader {
  piece: TutorToken | null = null;

  constructor(private readonly chatId: number) {}

  get full(): boolean {
    return this.piece !== null;
  }

  ready(): boolean {
    return this.piece === null;
  }

  take(offset: number, text: string): void {
    this.piece = new TutorToken(this.chatId, offset, text);
  }
}

function terminalEvent(chat: ChatFields): TutorDone | TutorFailed {
  return chat.status === 'COMPLETED' || chat.status === 'CANCELLED' ? new TutorDone(chat) : new TutorFailed(chat);
}

function requireBorder(text: string): void {
  const unit = text.charCodeAt(0);
  if (unit < 0xdc00 || unit > 0xdfff) return;
  throw badInput('after', 'This offset is within a character: send the length of the text that you have.');
}

import type { App } from '../shared/app.js';
import { badInput } from '../shared/coded-error.js';
import { type ChatFields, chatById } from './chat.queries.js';
import { TutorDone, TutorFailed, type TutorToken } from './chat.type.js';
import type { LiveAnswer } from './live-answer.js';
import { OnePiece, type PieceReader } from './piece-reader.js';
import { RemoteAnswer } from './remote-answer.js';

/** How far a subscriber may be behind an answer that another process writes, and of which nothing else is heard. */
const POLL_MS = 200;
/** Where that process tells of it, the row is looked at as often: what it tells may be lost, and it may die. */
const CHECK_MS = 1000;

export type TutorEventRow = TutorToken | TutorDone | TutorFailed;

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
  /** The answer as another node tells of it. */
  #remote: RemoteAnswer | null = null;

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
    try {
      return await this.#readTo(reader);
    } catch (error) {
      // Whoever reads does not leave what has failed.
      this.#remote?.leave();
      throw error;
    }
  }

  async #readTo(reader: PieceReader): Promise<TutorDone | TutorFailed | null> {
    while (!this.#over) {
      const answer = this.app.tutor.answers.get(this.chatId);
      if (answer) await this.#readLive(answer, reader);
      if (this.#over || reader.full) return null;
      // Read after the live answer is over, so after its ending is committed.
      const chat = await chatById(this.app, this.chatId);
      if (chat) await this.#readStored(chat.response, reader);
      if (this.#over || reader.full) return null;
      this.#over = chat?.status !== 'STREAMING';
      if (this.#over) {
        this.#remote?.leave();
        return chat ? terminalEvent(chat) : null;
      }
      if (!this.app.tutor.answers.get(this.chatId)) await this.#readElsewhere(reader);
      if (reader.full) return null;
    }
    return null;
  }

  async return(): Promise<IteratorResult<TutorEventRow, void>> {
    this.#over = true;
    this.#remote?.leave();
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

  /** Reads what another node tells of the answer, for as long as the row need not be looked at. */
  async #readElsewhere(reader: PieceReader): Promise<void> {
    const { bus } = this.app;
    if (!bus.isUp || this.#remote?.over) return this.#pause(POLL_MS);
    if (!this.#remote || this.#remote.length < this.#position) {
      this.#remote?.leave();
      this.#remote = new RemoteAnswer(bus, this.chatId, this.#position);
    }
    const heardOf = this.#remote.length;
    await this.#readLive(this.#remote, reader, CHECK_MS);
    // Nothing came: it was lost, or whoever generates it has forgotten us.
    if (!this.#over && this.#remote.length === heardOf) this.#remote.ask();
  }

  /** @param forMs how long at most */
  #readLive(answer: LiveAnswer, reader: PieceReader, forMs?: number): Promise<void> {
    let isLate = false;
    return this.#until(
      (look) => {
        const forget = answer.onChange(look);
        if (forMs === undefined) return forget;
        const timer = setTimeout(() => {
          isLate = true;
          look();
        }, forMs);
        return () => {
          clearTimeout(timer);
          forget();
        };
      },
      (look) => {
        if (!answer.over && answer.mayShow && answer.length > this.#position && reader.ready(look)) {
          this.#give(answer.since(this.#position), reader);
        }
        return answer.over || isLate || reader.full === true;
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

function terminalEvent(chat: ChatFields): TutorDone | TutorFailed {
  return chat.status === 'COMPLETED' || chat.status === 'CANCELLED' ? new TutorDone(chat) : new TutorFailed(chat);
}

function requireBorder(text: string): void {
  const unit = text.charCodeAt(0);
  if (unit < 0xdc00 || unit > 0xdfff) return;
  throw badInput('after', 'This offset is within a character: send the length of the text that you have.');
}

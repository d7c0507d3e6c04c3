import type { App } from '../shared/app.js';
import type { RunningAnswer } from './running-answer.js';

/** A node asks for an answer's text from a position on. */
export const WANTED = 'answers.wanted';
export interface Wanted {
  chatId: number;
  from: number;
}

/** A node asks whoever generates an answer to look whether it is to be cancelled. */
export const CANCELLED = 'answers.cancelled';

/** What is said of an answer to those who asked for it: a piece of its text, or that the row tells the rest. */
export type Told = { offset: number; text: string } | { over: true };

export function topicOf(chatId: number): string {
  return `answer.${chatId}`;
}

/** Of a busy answer pieces are sent together: readers far away see no difference. */
const GATHER_MS = 5;

/**
 * Sends the text of this process's answers to other nodes: of each as soon as one asks for it, until nobody hears it
 * any more.
 */
export class AnswerRelay {
  readonly #relayed = new Map<RunningAnswer, Relayed>();
  readonly #stop: () => void;

  constructor(private readonly app: App) {
    this.#stop = app.bus.listen(WANTED, (message) => this.#want(message as Wanted));
  }

  stop(): void {
    this.#stop();
    for (const relayed of this.#relayed.values()) relayed.leave();
  }

  #want({ chatId, from }: Wanted): void {
    const answer = this.app.tutor.answers.get(chatId);
    if (!answer || answer.over) return;
    let relayed = this.#relayed.get(answer);
    if (!relayed) {
      relayed = new Relayed(this.app, answer, () => this.#relayed.delete(answer));
      this.#relayed.set(answer, relayed);
    }
    relayed.sendFrom(from);
  }
}

/** One answer that others hear. */
class Relayed {
  #position = Number.POSITIVE_INFINITY;
  #isSending = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #forget: () => void;

  constructor(
    private readonly app: App,
    private readonly answer: RunningAnswer,
    private readonly left: () => void,
  ) {
    this.#forget = answer.onChange(() => this.#sendSoon());
  }

  /** Whoever has heard some of it before leaves that out. */
  sendFrom(position: number): void {
    this.#position = Math.min(this.#position, Math.max(0, position));
    this.#sendSoon();
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#isOver = true;
    this.#forget();
    this.left();
  }

  #sendSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#send();
    }, GATHER_MS);
  }

  async #send(): Promise<void> {
    const { answer } = this;
    if (this.#isSending || this.#isOver) return;
    this.#isSending = true;
    const { over } = answer;
    const offset = Math.min(this.#position, answer.length);
    const text = answer.mayShow && !over ? answer.since(offset) : '';
    // Before it waits: a position that is asked for meanwhile is kept.
    this.#position = offset + text.length;
    const told: Told | null = over ? { over: true } : text === '' ? null : { offset, text };
    const heard = told ? await this.app.bus.publish(topicOf(answer.chatId), told) : 1;
    this.#isSending = false;
    if (over || heard === 0) return this.leave();
    if (answer.over || (answer.mayShow && answer.length > this.#position)) this.#sendSoon();
  }
}

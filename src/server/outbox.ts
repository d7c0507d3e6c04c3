import type { ServerResponse } from 'node:http';
import { atTurnEnd } from '../shared/turn-end.js';

/** How long an answer may wait for others. */
const LONGEST_MS = 2;

interface Outgoing {
  response: ServerResponse;
  status: number;
  /** Names and values by turns. */
  headers: string[];
  body: string | Buffer;
}

/**
 * Answers that become ready in one turn of the event loop, written together at its end. Each write wakes its reader,
 * which costs as much as a small answer when that is a client or a proxy on the same machine; in a row, the first has
 * woken it for the others.
 */
export class Outbox {
  #waiting: Outgoing[] = [];
  #since = 0;
  readonly #sendLater = atTurnEnd(() => this.#send());

  add(answer: Outgoing): void {
    const now = performance.now();
    if (this.#waiting.length === 0) this.#since = now;
    this.#waiting.push(answer);
    if (now - this.#since > LONGEST_MS) this.#send();
    else this.#sendLater();
  }

  #send(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { response, status, headers, body } of waiting) {
      response.writeHead(status, headers);
      response.end(body);
    }
  }
}

/** No event of a model's stream is nearly as long: a server that never ends a line is not read for ever. */
const LONGEST_LINE = 1_000_000;

/**
 * Reads a stream of server-sent events (HTML Living Standard, 9.2.6), given as text in pieces cut anywhere. Of each event
 * the data is given; names and ids of events are not used by any model's server.
 */
export class EventStreamReader {
  #rest = '';
  /** The data lines of the event that has not ended yet; null while it has none. */
  #data: string | null = null;
  #begun = false;

  constructor(private readonly onData: (data: string) => void) {}

  /** @throws RangeError on a line without end, and whatever `onData` throws */
  read(piece: string): void {
    let text = this.#rest === '' ? piece : this.#rest + piece;
    if (!this.#begun && text !== '') {
      this.#begun = true;
      if (text.startsWith('\uFEFF')) text = text.slice(1);
    }
    // The usual stream has no carriage returns at all.
    if (text.includes('\r')) text = this.#unify(text);
    else this.#rest = '';
    let start = 0;
    for (let stop = text.indexOf('\n'); stop >= 0; stop = text.indexOf('\n', start)) {
      this.#line(text, start, stop);
      start = stop + 1;
    }
    this.#rest = text.slice(start) + this.#rest;
    if (this.#rest.length > LONGEST_LINE) throw new RangeError('a line without end');
  }

  /** Line ends as `\n`; a last `\r` waits, since it may be half of one. */
  #unify(text: string): string {
    const waits = text.endsWith('\r');
    this.#rest = waits ? '\r' : '';
    return (waits ? text.slice(0, -1) : text).replace(/\r\n?/g, '\n');
  }

  #line(text: string, start: number, stop: number): void {
    if (start === stop) {
      const data = this.#data;
      this.#data = null;
      if (data !== null) this.onData(data);
    } else if (text.startsWith('data:', start)) {
      const from = text[start + 5] === ' ' ? start + 6 : start + 5;
      const line = text.slice(from, stop);
      this.#data = this.#data === null ? line : `${this.#data}\n${line}`;
    } else if (stop - start === 4 && text.startsWith('data', start)) {
      this.#data = this.#data === null ? '' : `${this.#data}\n`;
    }
  }
}

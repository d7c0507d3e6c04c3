import type { App } from '../shared/app.js';
import type { ErrorCode } from '../shared/coded-error.js';
import type { Transport } from '../shared/metrics.js';
import { BoundedLines } from './bounded-lines.js';

/** Somebody who sends nonsense all day must not fill the disk. */
const LINES_PER_SECOND = 5;

type Code = keyof typeof ErrorCode;

/** These speak of abuse or of a server that is too small; the others every good client meets. */
const WARNINGS = new Set<Code>([
  'RATE_LIMITED',
  'QUERY_TOO_COMPLEX',
  'PAYLOAD_TOO_LARGE',
  'TUTOR_BUSY',
  'TUTOR_UNAVAILABLE',
  'DOCUMENT_NOT_TRUSTED',
]);

/** What is told of a refusal: nothing that the client has written. */
export interface Refusal {
  code: Code;
  transport: Transport;
  /** As rates count it (`addressKey`). */
  address: string;
  viewerId: number | null;
  /** Of an operation, or of a socket's close. */
  requestId: string;
  /** The fields at the operation's root, by their names in the schema. */
  fields?: readonly string[];
  /** Of a socket that was closed. */
  closeCode?: number | undefined;
}

declare module '../shared/app.js' {
  interface App {
    refusals: RefusalLog;
  }
}

/** One line for each refusal, up to five a second for each code; then a line that says how many were left out. */
export class RefusalLog {
  readonly #lines = new Map<Code, BoundedLines>();

  constructor(private readonly app: Pick<App, 'log' | 'clock'>) {}

  tell(refusal: Refusal): void {
    const { code } = refusal;
    const { log, clock } = this.app;
    let lines = this.#lines.get(code);
    if (!lines) {
      const level = levelOf(code);
      lines = new BoundedLines(clock, LINES_PER_SECOND, (leftOut) =>
        log[level]({ code, leftOut }, 'more were refused'),
      );
      this.#lines.set(code, lines);
    }
    if (lines.admit()) log[levelOf(code)](refusal, 'refused');
  }

  /** Says what was left out so far. */
  close(): void {
    for (const lines of this.#lines.values()) lines.close();
  }
}

function levelOf(code: Code): 'info' | 'warn' {
  return WARNINGS.has(code) ? 'warn' : 'info';
}

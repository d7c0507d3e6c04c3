import type { App } from '../shared/app.js';
import type { ErrorCode } from '../shared/coded-error.js';
import type { Transport } from '../shared/metrics.js';

/** Somebody who sends nonsense all day must not fill the disk. */
const LINES_PER_SECOND = 5;
const WINDOW_MS = 1000;

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

interface Window {
  start: number;
  lines: number;
  leftOut: number;
}

/** One line for each refusal, up to five a second for each code; then a line that says how many were left out. */
export class RefusalLog {
  readonly #windows = new Map<Code, Window>();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly app: Pick<App, 'log' | 'clock'>) {}

  tell(refusal: Refusal): void {
    const { code } = refusal;
    const now = this.app.clock.monotonic();
    let window = this.#windows.get(code);
    if (!window || now - window.start >= WINDOW_MS) {
      if (window) this.#sum(code, window);
      window = { start: now, lines: 0, leftOut: 0 };
      this.#windows.set(code, window);
    }
    if (window.lines < LINES_PER_SECOND) {
      window.lines++;
      this.app.log[levelOf(code)](refusal, 'refused');
    } else {
      window.leftOut++;
      this.#timer ??= setTimeout(() => this.#sumAll(), WINDOW_MS).unref();
    }
  }

  /** Says what was left out so far. */
  close(): void {
    this.#sumAll();
  }

  #sumAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [code, window] of this.#windows) this.#sum(code, window);
  }

  #sum(code: Code, window: Window): void {
    const { leftOut } = window;
    if (leftOut === 0) return;
    window.leftOut = 0;
    this.app.log[levelOf(code)]({ code, leftOut }, 'more were refused');
  }
}

function levelOf(code: Code): 'info' | 'warn' {
  return WARNINGS.has(code) ? 'warn' : 'info';
}

import pino, { type DestinationStream, type Logger } from 'pino';
import type { App } from '../shared/app.js';
import type { Config } from '../shared/config.js';
import { BoundedLines } from './bounded-lines.js';
import { inSources } from './source-lines.js';

/**
 * The server's log: JSON lines on stdout. Passwords, tokens and e-mail addresses are taken out of every line as the
 * last step, wherever they stood: in a field, in an error's text or in a URL.
 */
export function createLog({ logLevel: level, worker }: LogOptions, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: worker === null ? null : { worker },
    redact: {
      paths: ['password', 'accessToken', 'refreshToken', 'authorization', '*.password', '*.authorization'],
      censor: '[redacted]',
    },
    serializers: { err: describeError },
    hooks: { streamWrite: withoutSecrets },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** @property worker stands in each line, where several processes write to one stream */
type LogOptions = Pick<Config, 'logLevel' | 'worker'>;

/** More would be a write to the disk for whatever anybody sends. */
const REQUESTS_PER_SECOND = 200;

/**
 * One line for each HTTP request, up to 200 a second; then a line that says how many were left out. Without the query
 * string, whose variables are nobody's business.
 */
export class RequestLog {
  readonly #lines: BoundedLines;

  constructor(private readonly app: Pick<App, 'log' | 'clock'>) {
    const { log, clock } = app;
    this.#lines = new BoundedLines(clock, REQUESTS_PER_SECOND, (leftOut) => log.info({ leftOut }, 'more requests'));
  }

  tell({ id: requestId, method, url }: { id: string; method: string; url: string }, status: number, ms: number): void {
    if (!this.#lines.admit()) return;
    this.app.log.info({ requestId, method, path: url.split('?', 1)[0], status, ms: Math.round(ms) }, 'request');
  }

  /** Says what was left out so far. */
  close(): void {
    this.#lines.close();
  }
}

function describeError(error: Error): object {
  const described = pino.stdSerializers.err(error);
  return { ...described, ...(described?.stack && { stack: inSources(described.stack) }) };
}

function withoutSecrets(line: string): string {
  return line
    .replace(/[\w.%+-]+(@|%40)[\w-]+(\.[\w-]+)+/g, '[e-mail]')
    .replace(/\bBearer [\w.~+/=-]+/gi, 'Bearer [redacted]')
    .replace(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]')
    .replace(/\bsk-[\w-]{8,}/g, '[key]')
    .replace(/("(?:\w*[pP]assword|\w*[sS]ecret|refreshToken)":)"(?:[^"\\]|\\.)*"/g, '$1"[redacted]"');
}

import pino, { type DestinationStream, type Logger } from 'pino';
import { inSources } from './source-lines.js';

/**
 * The server's log: JSON lines on stdout. Passwords, tokens and e-mail addresses are taken out of every line as the
 * last step, wherever they stood: in a field, in an error's text or in a URL.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    redact: {
      paths: ['password', 'accessToken', 'refreshToken', 'authorization', '*.password', '*.authorization'],
      censor: '[redacted]',
    },
    serializers: { err: describeError },
    hooks: { streamWrite: withoutSecrets },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** One line for each HTTP request; without the query string, whose variables are nobody's business. */
export function logRequest(
  log: Logger,
  request: { id: string; method: string; url: string },
  status: number,
  ms: number,
) {
  const { id: requestId, method, url } = request;
  log.info({ requestId, method, path: url.split('?', 1)[0], status, ms: Math.round(ms) }, 'request');
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

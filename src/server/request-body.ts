import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import type { FastifyReply, FastifyRequest, preParsingAsyncHookHandler } from 'fastify';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { identify } from './context.js';
import { ARRIVES_WITHIN_MS, refuseLate } from './small-body.js';

/** What anyone may send. */
export const SMALL_BODY_BYTES = 100 * 1024;
/** What who publishes courses may send: a transcript of 5 MB, escaped as a JSON string. */
export const LARGE_BODY_BYTES = 8 * 1024 * 1024;
const LARGE_BODIES_AT_ONCE = 2;
/** Between two chunks of 64 kB of a body that was refused: 8 MB take two seconds. */
const REFUSED_CHUNK_MS = 16;

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of the body as it came. */
    bodyBytes: number;
  }
}

/**
 * Stands before the parser of a body: cuts one that is larger than its sender may send as soon as that is known, and
 * one that is not there within 30 s. The answer may take longer than that, and so may uploads on routes of their own.
 * @throws PAYLOAD_TOO_LARGE, RATE_LIMITED, UNSUPPORTED_MEDIA_TYPE
 */
export function bodyDoor(app: App): preParsingAsyncHookHandler {
  let largeBodies = 0;

  /** Lets a large body in: from instructors and administrators, two at once, until it is answered. */
  async function admitLarge(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { viewer } = await identify(app, request.headers.authorization);
    if (!viewer || viewer.role === 'STUDENT') throw tooLarge(SMALL_BODY_BYTES);
    if (largeBodies >= LARGE_BODIES_AT_ONCE) {
      readSlowly(request.raw);
      const message = 'Other large files are being loaded: try again in a few seconds.';
      throw new CodedError('RATE_LIMITED', message, { retryAfterSeconds: 5 });
    }
    largeBodies++;
    reply.raw.once('close', () => {
      largeBodies--;
    });
  }

  return async (request, reply, payload) => {
    const encoding = request.headers['content-encoding'];
    if (encoding && encoding !== 'identity') {
      throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'Send the body without compression.');
    }
    endWhenLate(request, reply);
    const announced = request.headers['content-length'];
    request.bodyBytes = Number(announced ?? 0);
    if (request.bodyBytes > LARGE_BODY_BYTES) throw tooLarge(LARGE_BODY_BYTES);
    if (request.bodyBytes > SMALL_BODY_BYTES) await admitLarge(request, reply);
    if (announced !== undefined) return payload;
    return payload.pipe(
      counted(request, async (bytes) => {
        const before = request.bodyBytes;
        if (bytes > LARGE_BODY_BYTES) throw tooLarge(LARGE_BODY_BYTES);
        if (before <= SMALL_BODY_BYTES && bytes > SMALL_BODY_BYTES) await admitLarge(request, reply);
      }),
    );
  };
}

/**
 * Reads a refused body to its end, since most clients see an answer only when they have sent all. Read as fast as it
 * comes, bodies that nobody wants would be most of what the server does.
 */
function readSlowly(body: IncomingMessage): void {
  body.on('data', () => {
    body.pause();
    setTimeout(() => body.resume(), REFUSED_CHUNK_MS).unref();
  });
}

/** A chunked body says nothing of its length: counted as it comes. */
function counted(request: FastifyRequest, check: (bytes: number) => Promise<void>): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const bytes = request.bodyBytes + chunk.length;
      check(bytes).then(
        () => {
          request.bodyBytes = bytes;
          done(null, chunk);
        },
        (error) => done(error),
      );
    },
  });
}

function endWhenLate(request: FastifyRequest, reply: FastifyReply): void {
  const late = setTimeout(() => {
    if (reply.sent) return;
    reply.hijack();
    refuseLate(request.raw, reply.raw);
  }, ARRIVES_WITHIN_MS).unref();
  const arrived = () => clearTimeout(late);
  request.raw.once('end', arrived);
  request.raw.once('close', arrived);
  // A body that was refused in the middle never ends: its timer would hold what had come of it.
  reply.raw.once('close', arrived);
}

function tooLarge(limit: number): CodedError {
  const most = limit === SMALL_BODY_BYTES ? '100 kB' : '8 MB';
  return new CodedError('PAYLOAD_TOO_LARGE', `A request of yours may have at most ${most}.`);
}

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { App } from '../../shared/app.js';
import { CodedError } from '../../shared/coded-error.js';
import { asStorageFault } from '../uploads/disk-storage.js';
import { HEAD_BYTES, type VideoType, videoTypeOf } from '../uploads/file-type.policy.js';
import type { Outgoing, Target } from './outgoing.js';
import { checkLink, resolvePublic, Unavailable, unreachable } from './public-address.js';

const MOST_REDIRECTS = 5;
const CONNECT_WITHIN_MS = 5000;
const HEADERS_WITHIN_MS = 15_000;
const SILENT_FOR_MS = 30_000;
/** Of one video, however large. */
const ALL_WITHIN_MS = 30 * 60_000;

/** What a link gives: a video itself, or a page (or a playlist, or a refusal) that only a browser can make one of. */
export type Linked =
  | { kind: 'page' }
  | { kind: 'video'; mimeType: VideoType; sizeBytes: number | null; whole: boolean; file: string };

/**
 * Fetches at most so many bytes of a link's video into a file, which appears once they are there. Every hop of its
 * redirects is checked, resolved and pinned anew.
 * @throws BAD_USER_INPUT, LINK_UNREACHABLE, PAYLOAD_TOO_LARGE, VIDEO_UNREADABLE, STORAGE_FULL
 */
export async function fetchLink(
  app: App,
  link: string,
  into: { file: string; mostBytes: number; signal: AbortSignal },
): Promise<Linked> {
  const signal = AbortSignal.any([into.signal, AbortSignal.timeout(ALL_WITHIN_MS)]);
  let url = checkLink(link);
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    await using answer = await get(app, url, signal);
    const { statusCode, headers } = answer;
    const location = headerOf(headers.location);
    if (statusCode >= 300 && statusCode < 400 && location) {
      if (!URL.canParse(location, url)) throw unreachable('This link leads to something that is no address.');
      url = checkLink(new URL(location, url).href);
      continue;
    }
    // Who is told to keep out keeps out: the video is for browsers alone.
    if (statusCode === 401 || statusCode === 403 || statusCode === 451) return { kind: 'page' };
    if (statusCode === 429 || statusCode >= 500) throw new Unavailable(`The other side answers with ${statusCode}.`);
    if (statusCode !== 200) throw unreachable(`The other side answers with ${statusCode}.`);
    if (PAGES.test(headerOf(headers['content-type']) ?? '')) return { kind: 'page' };
    return await save(answer.body, Number(headerOf(headers['content-length']) ?? Number.NaN), into, signal, app);
  }
  throw unreachable(`This link leads on more than ${MOST_REDIRECTS} times.`);
}

const PAGES = /html|mpegurl|dash\+xml/i;

async function save(
  body: Readable,
  announced: number,
  { file, mostBytes }: { file: string; mostBytes: number },
  signal: AbortSignal,
  { config }: App,
): Promise<Linked> {
  const limit = config.uploads.maxBytes;
  if (announced > limit) throw tooLarge(limit);
  let head = Buffer.alloc(0);
  let bytes = 0;
  let mimeType: VideoType | null = null;
  const temporary = `${file}.${crypto.randomUUID()}`;
  try {
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          if (mimeType === null) {
            head = Buffer.concat([head, chunk]);
            if (head.length < HEAD_BYTES) continue;
            mimeType = videoTypeOf(head.subarray(0, HEAD_BYTES));
            if (!mimeType) throw noVideo();
            bytes = head.length;
            yield head;
          } else {
            bytes += chunk.length;
            yield chunk;
          }
          if (bytes > limit) throw tooLarge(limit);
          if (bytes >= mostBytes) return;
        }
      },
      createWriteStream(temporary, { mode: 0o600 }),
      { signal },
    ).catch(asFault);
    if (!mimeType) throw noVideo();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const sizeBytes = Number.isSafeInteger(announced) ? announced : null;
  const whole = bytes < mostBytes || bytes === sizeBytes;
  return { kind: 'video', mimeType, sizeBytes: whole ? bytes : sizeBytes, whole, file };
}

/** A connection to the first of the addresses that takes one: a host may have some that cannot be reached from here. */
async function connectTo(outgoing: Outgoing, targets: readonly Target[], signal: AbortSignal): Promise<Socket> {
  let fault: unknown;
  for (const target of targets) {
    try {
      return await outgoing.connect(target, AbortSignal.any([signal, AbortSignal.timeout(CONNECT_WITHIN_MS)]));
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}

/** One request, to an address that the name has now. Its connection is closed when the answer is disposed. */
async function get({ videos }: App, url: URL, signal: AbortSignal) {
  const targets = await resolvePublic(videos.outgoing, url);
  const { Agent, request } = await import('undici');
  const agent = new Agent({
    connect(_options, done) {
      connectTo(videos.outgoing, targets, signal).then(
        (socket) => done(null, socket as never),
        (error) => done(error, null),
      );
    },
    headersTimeout: HEADERS_WITHIN_MS,
    bodyTimeout: SILENT_FOR_MS,
  });
  try {
    const headers = { 'user-agent': 'Lectern', accept: 'video/*, */*;q=0.1', 'accept-encoding': 'identity' };
    const { statusCode, headers: answered, body } = await request(url, { dispatcher: agent, headers, signal });
    return {
      statusCode,
      headers: answered,
      body: body as unknown as Readable,
      async [Symbol.asyncDispose]() {
        body.on('error', () => {}).destroy();
        await agent.destroy();
      },
    };
  } catch (error) {
    await agent.destroy();
    throw asFault(error);
  }
}

function asFault(error: unknown): never {
  const { name, code: fault } = error as NodeJS.ErrnoException;
  if (error instanceof CodedError || name === 'AbortError') throw error;
  const code = String(fault ?? '');
  if (name === 'TimeoutError') throw unreachable('The other side is too slow.');
  if (code.startsWith('UND_ERR') || NETWORK.has(code)) throw new Unavailable('The other side does not answer.');
  if (/CERT|TLS|SSL|ALTNAME/.test(code)) throw unreachable('The other side has no valid certificate.');
  asStorageFault(error);
}

const NETWORK = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EPIPE']);

function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function noVideo(): CodedError {
  return new CodedError('VIDEO_UNREADABLE', 'This link gives a file that is no video: link to an MP4 or WebM file.');
}

function tooLarge(limit: number): CodedError {
  return new CodedError('PAYLOAD_TOO_LARGE', `This video is larger than ${limit} bytes: link to a smaller file.`);
}

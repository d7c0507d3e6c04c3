import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { rowId } from '../shared/row-id.js';
import { isKnown, requestedRange } from '../videos/playback/byte-range.policy.js';
import { captionsOf, captionsRevision, playableVideo, type StoredVideo } from '../videos/playback/playback.queries.js';
import { captionsPath, thumbnailPath, videoPath } from '../videos/playback/playback-url.policy.js';
import { verdict } from '../videos/playback/signed-url.policy.js';
import { thumbnailKey } from '../videos/uploads/storage.js';
import type { Addressed } from './files.js';

type Handler = (request: FastifyRequest<Addressed>, reply: FastifyReply) => Promise<FastifyReply>;

/** An uploaded video, whole or one range of it (RFC 9110, 14). */
export function sendVideo(app: App): Handler {
  return async (request, reply) => {
    const video = await videoOf(app, request, videoPath);
    const { sizeBytes: size, mimeType, storageKey } = video;
    const etag = `"${video.sha256}"`;
    describe(app, request, reply, etag).header('accept-ranges', 'bytes');
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
    // Only GET has ranges.
    const range = request.method === 'GET' ? requestedRange(request.headers, size, etag) : null;
    if (range === 'unsatisfiable') return reply.code(416).header('content-range', `bytes */${size}`).send();
    const { start, end } = range ?? { start: 0, end: size - 1 };
    reply.type(mimeType).header('content-length', end - start + 1);
    if (range) reply.code(206).header('content-range', `bytes ${start}-${end}/${size}`);
    if (request.method === 'HEAD') return reply.send();
    return reply.send(await app.videos.storage.read(storageKey, range ?? undefined));
  };
}

/** The picture that was made of an uploaded video. */
export function sendThumbnail(app: App): Handler {
  return async (request, reply) => {
    const video = await videoOf(app, request, thumbnailPath);
    const etag = `"t${video.sha256}"`;
    describe(app, request, reply, etag).type('image/jpeg');
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.send(await app.videos.storage.read(thumbnailKey(video.storageKey)));
  };
}

/** A transcript as a WebVTT file. */
export function sendCaptions(app: App): Handler {
  return async (request, reply) => {
    const id = addressed(app, request, captionsPath);
    const revision = await captionsRevision(app, id);
    if (!revision) throw gone();
    const etag = `"r${revision.revisionId}"`;
    describe(app, request, reply, etag).type('text/vtt; charset=utf-8');
    // The address stays when the text is replaced.
    reply.header('cache-control', 'private, no-cache');
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.send(await captionsOf(app, revision.revisionId));
  };
}

async function videoOf(
  app: App,
  request: FastifyRequest<Addressed>,
  path: (id: string) => string,
): Promise<StoredVideo> {
  const video = await playableVideo(app, addressed(app, request, path));
  if (!video) throw gone();
  return video;
}

/** The id that the address is for. @throws FORBIDDEN */
function addressed(
  { config, clock }: App,
  { params, query }: FastifyRequest<Addressed>,
  path: (id: string) => string,
): number {
  if (verdict(config, path(params.id), query, clock.now()) !== 'valid') {
    throw new CodedError('FORBIDDEN', 'This address has ended, or was changed: read the lesson again for a new one.');
  }
  return rowId(params.id) ?? -1;
}

/** Kept by the browser that asked for it as long as the address is good, and shown in pages of other origins. */
function describe(
  { clock }: App,
  { query }: FastifyRequest<Addressed>,
  reply: FastifyReply,
  etag: string,
): FastifyReply {
  const seconds = Math.max(0, Number(query.expires) - Math.ceil(clock.now() / 1000));
  return reply
    .header('etag', etag)
    .header('cache-control', `private, max-age=${seconds}`)
    .header('cross-origin-resource-policy', 'cross-origin');
}

function gone(): CodedError {
  return new CodedError('NOT_FOUND', 'This file is not shown any more: read the lesson again.');
}

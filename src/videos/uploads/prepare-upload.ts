import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LessonRow } from '../../courses/lesson.row.js';
import { CodedError } from '../../shared/coded-error.js';
import type { VideoFile } from '../jobs/media-tools.js';
import type { Made, RunningJob } from '../jobs/running-job.js';
import { readCues } from '../set-transcript.service.js';
import { stageCues, switchTranscript } from '../write-transcript.service.js';
import { checkHead, HEAD_BYTES, type VideoType } from './file-type.policy.js';
import { showVideo } from './show-video.service.js';
import { thumbnailKey } from './storage.js';
import type { UploadRow } from './upload.row.js';

type Received = Pick<
  UploadRow,
  'id' | 'kind' | 'filename' | 'mimeType' | 'language' | 'sizeBytes' | 'sha256' | 'storageKey'
>;

/**
 * Checks a file that has arrived and makes of it what the lesson shows: a video, or a transcript.
 * @throws CHECKSUM_MISMATCH, UNSUPPORTED_MEDIA_TYPE, VIDEO_UNREADABLE, BAD_USER_INPUT (captions),
 *   MEDIA_TOOLS_MISSING, STORAGE_FULL
 */
export async function prepareUpload(job: RunningJob): Promise<Made> {
  const { app, row, folder, signal } = job;
  const upload = await app.read
    .selectFrom('uploads')
    .select(['id', 'kind', 'filename', 'mimeType', 'language', 'sizeBytes', 'sha256', 'storageKey'])
    .where('jobId', '=', row.id)
    .where('removedAt', 'is', null)
    .executeTakeFirst();
  if (!upload) throw new CodedError('UPLOAD_EXPIRED', 'The file of this job is gone: send it anew with createUpload.');
  await job.enter('checking', 5);
  const path = await app.videos.storage.localFile(upload.storageKey, folder, signal);
  const { sha256, head } = await digest(path, signal);
  if (upload.sha256 !== null && upload.sha256 !== sha256) {
    throw new CodedError('CHECKSUM_MISMATCH', 'The file is not the one that was announced: send it anew.');
  }
  const mimeType = checkHead(upload.kind, head, upload.mimeType);
  return upload.kind === 'CAPTIONS'
    ? await prepareCaptions(job, upload, path)
    : await prepareVideo(job, upload, { path, mimeType: mimeType as VideoType }, sha256);
}

async function prepareVideo(job: RunningJob, upload: Received, video: VideoFile, sha256: string): Promise<Made> {
  const { app, folder, signal } = job;
  const { tools, storage } = app.videos;
  await job.enter('probing', 20);
  const probed = await tools.probe(video, signal);
  const lengthMs = probed.durationMs ?? 0;
  const onTime = (ms: number) => lengthMs > 0 && job.advance(20 + (ms / lengthMs) * 60);
  const durationMs = Math.max(await tools.readThrough(video, { signal, onTime }), lengthMs);
  await job.enter('picturing', 80);
  const picture = join(folder, 'thumbnail.jpg');
  await tools.thumbnail(video, durationMs / 10, picture, { signal });
  await storage.put(thumbnailKey(upload.storageKey), picture, 'image/jpeg');

  const { width, height, hasSound } = probed;
  const { id: uploadId, language, sizeBytes } = upload;
  const facts = { mimeType: video.mimeType, sizeBytes, durationMs, width, height, hasSound, sha256, language };
  return (em, row) => showVideo(app, em, row, { uploadId, ...facts });
}

async function prepareCaptions(job: RunningJob, upload: Received, path: string): Promise<Made> {
  const { app } = job;
  await job.enter('reading captions', 30);
  const isSrt = /\.srt$/i.test(upload.filename) || /srt|subrip/i.test(upload.mimeType);
  const cues = readCues(await textOf(path), isSrt ? 'SRT' : 'VTT');
  await job.enter('writing transcript', 50);
  const staged = await stageCues(app, cues);
  return async (em, { lessonId }) => {
    const deleted = await em.count(LessonRow, { id: lessonId, deletedAt: { $ne: null } });
    if (deleted > 0) return;
    await switchTranscript(app, em, { lessonId, language: upload.language ?? 'und' }, staged);
  };
}

/** @throws UNSUPPORTED_MEDIA_TYPE for what is no UTF-8 */
async function textOf(path: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CodedError('UNSUPPORTED_MEDIA_TYPE', 'These captions are no text in UTF-8: save them anew.');
  }
}

/** The file's SHA-256 and its first bytes. */
async function digest(path: string, signal: AbortSignal): Promise<{ sha256: string; head: Buffer }> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  await pipeline(
    createReadStream(path, { highWaterMark: 1 << 20 }),
    async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
        hash.update(chunk);
      }
    },
    { signal },
  );
  return { sha256: hash.digest('hex'), head };
}

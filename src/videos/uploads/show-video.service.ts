import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EntityManager } from '@mikro-orm/sql';
import { LessonRow } from '../../courses/lesson.row.js';
import { type App, transaction } from '../../shared/app.js';
import type { RequestContext } from '../../shared/request-context.js';
import { JobRow } from '../jobs/job.row.js';
import { endJob } from '../jobs/job-ending.service.js';
import { VideoSourceRow } from '../video-source.row.js';
import { createUpload } from './create-upload.service.js';
import { thumbnailKey } from './storage.js';
import { UploadRow } from './upload.row.js';

type Facts = Pick<
  VideoSourceRow,
  'uploadId' | 'mimeType' | 'sizeBytes' | 'width' | 'height' | 'hasSound' | 'sha256' | 'language'
> & { durationMs: number };

/** Shows an uploaded video in the lesson of its job, in the transaction that ends the job. */
export async function showVideo(
  app: App,
  em: EntityManager,
  { id: jobId, lessonId }: Pick<JobRow, 'id' | 'lessonId'>,
  facts: Facts,
): Promise<void> {
  const createdAt = app.clock.now();
  const id = await em.insert(VideoSourceRow, { lessonId, kind: 'UPLOAD', ...facts, createdAt });
  const durationSeconds = Math.max(1, Math.round(facts.durationMs / 1000));
  const shown = { uploadedVideoId: id, videoUrl: null, durationSeconds };
  await em.nativeUpdate(LessonRow, { id: lessonId, deletedAt: null }, { ...shown, updatedAt: createdAt });
  await em.nativeUpdate(JobRow, { id: jobId }, { videoSourceId: id });
}

/** A video of which all is known that a job would find out. */
export interface KnownVideo {
  filename: string;
  /** A file of this machine, and the picture of it. */
  path: string;
  thumbnailPath: string;
  mimeType: string;
  language: string;
  durationSeconds: number;
  width: number;
  height: number;
}

/**
 * Gives a lesson a video that needs no preparation: announced as every upload, and shown at once. For files that come with
 * the program: the facts are taken as they are given, and no ffmpeg is asked.
 * @throws what `createUpload` refuses with
 */
export async function addKnownVideo(ctx: RequestContext, lessonId: string, video: KnownVideo): Promise<void> {
  const { storage } = ctx.videos;
  const { filename, mimeType, language, width, height } = video;
  const bytes = await readFile(video.path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const sizeBytes = bytes.length;
  const { id, jobId } = await createUpload(ctx, { lessonId, filename, mimeType, language, sizeBytes, sha256 });
  const { storageKey } = await ctx.read
    .selectFrom('uploads')
    .select('storageKey')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await storage.put(storageKey, video.path, mimeType);
  await storage.put(thumbnailKey(storageKey), video.thumbnailPath, 'image/jpeg');
  const facts = { mimeType, sizeBytes, width, height, hasSound: true, sha256, language };
  await transaction(ctx, async (em) => {
    await em.nativeUpdate(UploadRow, { id }, { receivedAt: ctx.clock.now() });
    await endJob(ctx, em, jobId, null, {
      status: 'COMPLETED',
      failure: null,
      write: (em, row) => showVideo(ctx, em, row, { uploadId: id, durationMs: video.durationSeconds * 1000, ...facts }),
    });
  });
}

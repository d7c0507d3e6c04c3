import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/sql';
import { CourseRow } from '../../courses/course.row.js';
import { auditForeignChange } from '../../courses/foreign-change.service.js';
import { changeableLesson } from '../../courses/lesson.service.js';
import { transaction } from '../../shared/app.js';
import { badInput, CodedError } from '../../shared/coded-error.js';
import type { Config } from '../../shared/config.js';
import { type RequestContext, requireViewer } from '../../shared/request-context.js';
import { MAX_CAPTION_BYTES } from '../captions.js';
import { insertJob } from '../jobs/queue-job.service.js';
import { checkLanguage } from '../language.policy.js';
import { signedUrl } from '../playback/signed-url.policy.js';
import { storageFull } from './disk-storage.js';
import { announcedKind } from './file-type.policy.js';
import { UploadRow } from './upload.row.js';
import type { CreateUploadInput, Upload } from './upload.type.js';

/** How long an upload may take, pauses included. */
const LIFETIME_MS = 24 * 3_600_000;

/**
 * Announces a file for a lesson, and queues the job that waits for it. Nothing is stored before its first bytes come.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, QUOTA_EXCEEDED, STORAGE_FULL
 */
export async function createUpload(ctx: RequestContext, input: CreateUploadInput): Promise<Upload & { jobId: number }> {
  const viewer = requireViewer(ctx);
  await transaction(ctx, (em) => changeableLesson(ctx, em, viewer, input.lessonId));
  const file = checkFile(input, ctx.config);
  await requireRoom(ctx, file.sizeBytes);
  const now = ctx.clock.now();
  // Whole seconds: the address says when it ends in these.
  const expiresAt = Math.floor((now + LIFETIME_MS) / 1000) * 1000;
  const { id, jobId } = await transaction(ctx, async (em) => {
    const lesson = await changeableLesson(ctx, em, viewer, input.lessonId);
    const { instructorId: ownerId } = await em.findOneOrFail(CourseRow, lesson.courseId);
    // The quota is over all courses of theirs.
    await ctx.statements.within(em).lock('users', ownerId);
    await requireQuota(em, ownerId, file.sizeBytes, ctx.config.uploads.quotaBytes);
    const jobId = await insertJob(ctx, em, {
      kind: 'PREPARE_UPLOAD',
      lessonId: lesson.id,
      userId: viewer.id,
      language: file.language,
      stage: 'uploading',
      runAfter: null,
    });
    const id = await em.insert(UploadRow, {
      ...file,
      lessonId: lesson.id,
      userId: viewer.id,
      ownerId,
      jobId,
      storageKey: randomUUID(),
      createdAt: now,
      expiresAt,
    });
    await auditForeignChange(ctx, em, lesson.courseId, 'video.upload', { lessonId: lesson.id });
    return { id, jobId };
  });
  return { id, jobId, uploadUrl: signedUrl(ctx.config, uploadPath(id), expiresAt / 1000), expiresAt };
}

export function uploadPath(id: number | string): string {
  return `/uploads/${id}`;
}

function checkFile(input: CreateUploadInput, { uploads }: Config) {
  const filename = input.filename.trim();
  if (filename.length < 1 || filename.length > 255) throw badInput('filename', 'A file name has 1 to 255 characters.');
  const kind = announcedKind(filename, input.mimeType);
  const language = input.language == null ? null : checkLanguage(input.language);
  if (kind === 'CAPTIONS' && language === null) {
    throw badInput('language', 'Say in which language the captions are: a BCP 47 tag such as en.');
  }
  const { sizeBytes } = input;
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 1) {
    throw badInput('sizeBytes', 'This file is empty: send one with at least one byte.');
  }
  const most = kind === 'CAPTIONS' ? Math.min(MAX_CAPTION_BYTES, uploads.maxBytes) : uploads.maxBytes;
  if (sizeBytes > most) {
    const message = `A file has at most ${most} bytes: encode the video anew, or split the lesson.`;
    throw new CodedError('PAYLOAD_TOO_LARGE', message, { field: 'sizeBytes' });
  }
  const sha256 = input.sha256?.toLowerCase() ?? null;
  if (sha256 !== null && !/^[0-9a-f]{64}$/.test(sha256)) {
    throw badInput('sha256', 'A SHA-256 has 64 hexadecimal digits.');
  }
  return { kind, filename, mimeType: input.mimeType.slice(0, 100), language, sizeBytes, sha256 };
}

async function requireRoom({ videos, config }: RequestContext, sizeBytes: number): Promise<void> {
  if ((await videos.storage.freeBytes()) - sizeBytes < config.uploads.freeBytes) throw storageFull();
}

/** What is announced counts like what is there. */
async function requireQuota(em: EntityManager, ownerId: number, sizeBytes: number, quota: number): Promise<void> {
  const kept = em
    .getKysely<{ uploads: { owner_id: number; removed_at: number | null; size_bytes: number } }>()
    .selectFrom('uploads')
    .select((eb) => eb.fn.sum<number | null>('size_bytes').as('bytes'))
    .where('owner_id', '=', ownerId)
    .where('removed_at', 'is', null);
  const used = Number((await kept.executeTakeFirstOrThrow()).bytes ?? 0);
  if (used + sizeBytes <= quota) return;
  throw new CodedError(
    'QUOTA_EXCEEDED',
    `Files of the instructor's courses may take ${quota} bytes together, and ${used} are taken: delete lessons first.`,
  );
}

import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { LessonRow } from '../../src/courses/lesson.row.js';
import { transaction } from '../../src/shared/app.js';
import { sweepUploads } from '../../src/videos/uploads/sweep-uploads.service.js';
import { UploadRow } from '../../src/videos/uploads/upload.row.js';
import { VideoSourceRow } from '../../src/videos/video-source.row.js';
import { settableClock } from '../accounts/clock.js';
import { ok } from '../support/client.js';
import {
  DeleteCourseDocument,
  DeleteLessonDocument,
  LessonPlaybackDocument,
  SetTranscriptDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import type { TestServer, TestServerOptions } from '../support/server.js';
import { announce, noFilesLeft, school } from '../support/uploads.js';

const BYTES = randomBytes(5000);
const SHA = 'a'.repeat(64);
const HOUR_MS = 3_600_000;

/** A lesson that shows an uploaded video of these bytes, as after its preparation. */
async function theatre(options: TestServerOptions = {}) {
  const { server, teacher, lessonId, courseId } = await school({
    ...options,
    env: { JOB_CONCURRENCY: '0', ...options.env },
  });
  const upload = await announce(server, teacher, lessonId, BYTES);
  const at = { offset: 0, size: BYTES.length };
  const row = await server.app.read.selectFrom('uploads').selectAll().executeTakeFirstOrThrow();
  await server.app.videos.storage.append(row.storageKey, at, Readable.from([BYTES]));
  await transaction(server.app, async (em) => {
    const facts = {
      mimeType: 'video/mp4',
      sizeBytes: BYTES.length,
      durationMs: 4000,
      width: 1,
      height: 1,
      sha256: SHA,
    };
    const uploadId = Number(upload.id);
    const kind = 'UPLOAD' as const;
    const id = await em.insert(VideoSourceRow, { lessonId: Number(lessonId), kind, uploadId, ...facts, createdAt: 1 });
    await em.nativeUpdate(UploadRow, { id: uploadId }, { receivedAt: 1 });
    await em.nativeUpdate(LessonRow, { id: Number(lessonId) }, { uploadedVideoId: id });
    await em
      .getKysely<{ processing_jobs: { status: string } }>()
      .updateTable('processing_jobs')
      .set({ status: 'COMPLETED' })
      .execute();
  });
  return { server, teacher, lessonId, courseId, url: await videoUrl(server, lessonId) };
}

async function videoUrl({ url }: Pick<TestServer, 'url'>, id: string): Promise<string> {
  return (await ok(url, LessonPlaybackDocument, { id })).lesson?.videoUrl ?? '';
}

async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { method, headers });
  const body = Buffer.from(await response.arrayBuffer());
  return { status: response.status, body, headers: Object.fromEntries(response.headers) };
}

describe('an uploaded video', () => {
  it('is served whole, with its tag, for pages of other origins and for as long as its address is good', async () => {
    const { url } = await theatre();
    const { status, body, headers } = await get(url);
    expect(status).toBe(200);
    expect(body.equals(BYTES)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '5000',
      'accept-ranges': 'bytes',
      etag: `"${SHA}"`,
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    const seconds = Number(/^private, max-age=(\d+)$/.exec(headers['cache-control'] ?? '')?.[1]);
    expect(seconds).toBeGreaterThanOrEqual(6 * 3600 - 60);
    expect(seconds).toBeLessThanOrEqual(12 * 3600);
  });

  it.each([
    ['bytes=0-99', 206, 'bytes 0-99/5000', 0, 100],
    ['bytes=4900-', 206, 'bytes 4900-4999/5000', 4900, 5000],
    ['bytes=-10', 206, 'bytes 4990-4999/5000', 4990, 5000],
    ['bytes=-9000', 206, 'bytes 0-4999/5000', 0, 5000],
    ['bytes=4999-9999', 206, 'bytes 4999-4999/5000', 4999, 5000],
    ['bytes=5000-', 416, 'bytes */5000', 0, 0],
    ['bytes=-0', 416, 'bytes */5000', 0, 0],
    // What a server may ignore, it answers with the whole: other units, several ranges, nonsense.
    ['bytes=0-1,5-9', 200, undefined, 0, 5000],
    ['bytes=9-1', 200, undefined, 0, 5000],
    ['lines=0-1', 200, undefined, 0, 5000],
    ['bytes=-', 200, undefined, 0, 5000],
  ])('answers Range: %s with %i', async (range, status, contentRange, start, end) => {
    const { url } = await theatre();
    const answer = await get(url, { range });
    expect(answer.status).toBe(status);
    expect(answer.headers['content-range']).toBe(contentRange);
    expect(answer.body.equals(BYTES.subarray(start, end))).toBe(true);
  });

  it('answers If-Range and If-None-Match by its tag, and HEAD like GET without the bytes', async () => {
    const { url } = await theatre();
    const range = 'bytes=0-9';
    expect((await get(url, { range, 'if-range': `"${SHA}"` })).status).toBe(206);
    for (const other of ['"other"', `W/"${SHA}"`, 'Sat, 28 Nov 2026 08:00:00 GMT']) {
      expect((await get(url, { range, 'if-range': other })).status).toBe(200);
    }
    for (const known of [`"${SHA}"`, `W/"${SHA}"`, `"x", "${SHA}"`, '*']) {
      expect((await get(url, { 'if-none-match': known })).status).toBe(304);
    }
    expect((await get(url, { 'if-none-match': '"x"' })).status).toBe(200);
    const head = await get(url, { range }, 'HEAD');
    expect(head).toMatchObject({ status: 200, headers: { 'content-length': '5000', etag: `"${SHA}"` } });
    expect(head.body).toHaveLength(0);
  });
});

describe('the address of a video', () => {
  it('is the same for all who ask within six hours, is good for 6 to 12 hours, and not a second longer', async () => {
    const start = Math.ceil(Date.now() / (6 * HOUR_MS)) * 6 * HOUR_MS;
    const clock = settableClock(start);
    const { server, lessonId, url } = await theatre({ clock });
    clock.pass(6 * HOUR_MS - 1);
    expect(await videoUrl(server, lessonId)).toBe(url);
    clock.pass(1);
    const next = await videoUrl(server, lessonId);
    expect(next).not.toBe(url);
    expect(new URL(next).searchParams.get('expires')).toBe(String(start / 1000 + 18 * 3600));
    clock.pass(6 * HOUR_MS - 1);
    expect((await get(url)).status).toBe(200);
    clock.pass(1);
    expect(await get(url)).toMatchObject({ status: 403 });
    expect((await get(next)).status).toBe(200);
  });

  it('is refused when it was changed, is for another file, or has no signature', async () => {
    const { server, lessonId, url } = await theatre();
    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    const captions = lesson?.transcripts[0]?.captionsUrl ?? '';
    const borrowed = `${url.split('?')[0]}?${captions.split('?')[1]}`;
    for (const address of [
      `${url}a`,
      url.split('?')[0] ?? '',
      borrowed,
      url.replace('/media/videos/1', '/media/videos/01'),
    ]) {
      const { status, body } = await get(address);
      expect(status).toBe(403);
      expect(JSON.parse(body.toString()).errors[0].extensions.code).toBe('FORBIDDEN');
    }
  });

  it('leads nowhere once the lesson or its course is deleted, and the file goes', async () => {
    for (const by of ['lesson', 'course'] as const) {
      const { server, teacher, lessonId, courseId, url } = await theatre();
      if (by === 'lesson') await ok(server.url, DeleteLessonDocument, { id: lessonId }, teacher.token);
      else await ok(server.url, DeleteCourseDocument, { id: courseId }, teacher.token);
      expect((await get(url)).status).toBe(404);
      await sweepUploads(server.app);
      await noFilesLeft(server);
    }
  });

  it('leads nowhere once another video is linked, and stays when a form sends it back', async () => {
    const { server, teacher, lessonId, url } = await theatre();
    await ok(
      server.url,
      UpdateLessonDocument,
      { id: lessonId, input: { title: 'Anew', videoUrl: url } },
      teacher.token,
    );
    expect(await videoUrl(server, lessonId)).toBe(url);
    const elsewhere = 'https://videos.example/a.mp4';
    await ok(server.url, UpdateLessonDocument, { id: lessonId, input: { videoUrl: elsewhere } }, teacher.token);
    expect(await videoUrl(server, lessonId)).toBe(elsewhere);
    expect((await get(url)).status).toBe(404);
    await sweepUploads(server.app);
    await noFilesLeft(server);
  });

  it('begins with PUBLIC_URL', async () => {
    const { url } = await theatre({ env: { PUBLIC_URL: 'https://api.school.example/' } });
    expect(url).toMatch(/^https:\/\/api\.school\.example\/media\/videos\/1\?expires=\d+&signature=[\w-]{43}$/);
  });
});

describe('captions', () => {
  it('are served as WebVTT to the configured origins, and anew when the text is replaced', async () => {
    const env = { CORS_ORIGINS: 'https://school.example' };
    const { server, teacher, lessonId } = await theatre({ env });
    const read = async () =>
      (await ok(server.url, LessonPlaybackDocument, { id: lessonId })).lesson?.transcripts[0]?.captionsUrl ?? '';
    const url = await read();
    const first = await get(url, { origin: 'https://school.example' });
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'content-type': 'text/vtt; charset=utf-8',
      'access-control-allow-origin': 'https://school.example',
    });
    expect(first.body.toString()).toMatch(/^WEBVTT\n\n00:00:00\.000 --> .*\nWelcome to this lecture on sorting\./);
    expect((await get(url, { origin: 'https://evil.example' })).headers['access-control-allow-origin']).toBeUndefined();
    const etag = first.headers.etag ?? '';
    expect((await get(url, { 'if-none-match': etag })).status).toBe(304);

    const content = 'WEBVTT\n\n00:01.000 --> 00:02.000\nOther words.\n';
    const input = { lessonId, language: 'en', format: 'VTT', content } as const;
    await ok(server.url, SetTranscriptDocument, { input }, teacher.token);
    expect(await read()).toBe(url);
    const second = await get(url, { 'if-none-match': etag });
    expect(second.status).toBe(200);
    expect(second.body.toString()).toContain('Other words.');
    await ok(server.url, DeleteLessonDocument, { id: lessonId }, teacher.token);
    expect((await get(url)).status).toBe(404);
  });
});

import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { disable } from '../../src/accounts/administer.service.js';
import { sweepUploads } from '../../src/videos/uploads/sweep-uploads.service.js';
import { settableClock } from '../accounts/clock.js';
import { ok } from '../support/client.js';
import { CancelJobDocument, DeleteLessonDocument, ProcessingJobByIdDocument } from '../support/generated/graphql.js';
import { filesIn } from '../support/media.js';
import { announce, endedJob, expectNoFiles, mp4Bytes, patch, school, send, tus } from '../support/uploads.js';

const HOUR_MS = 3_600_000;

describe('the address of an upload', () => {
  it('ends after 24 hours: what has arrived by then is removed, and the job says so', async () => {
    const clock = settableClock(Date.now());
    const { server, teacher, lessonId } = await school({ clock });
    const bytes = mp4Bytes(1000);
    const { uploadUrl, expiresAt, job } = await announce(server, teacher, lessonId, bytes);
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 24 * HOUR_MS)).toBeLessThan(60_000);
    await patch(uploadUrl, 0, bytes.subarray(0, 500));
    clock.pass(24 * HOUR_MS + 1000);
    expect(await patch(uploadUrl, 500, bytes.subarray(500))).toMatchObject({ status: 410, code: 'UPLOAD_EXPIRED' });
    await sweepUploads(server.app);
    expectNoFiles(server);
    const rows = await server.app.read
      .selectFrom('processingJobs')
      .selectAll()
      .where('id', '=', Number(job.id))
      .execute();
    expect(rows).toMatchObject([{ status: 'FAILED', errorCode: 'UPLOAD_EXPIRED' }]);
  });

  it('is for one upload: that of another does not fit, nor one that was changed', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const [mine, other] = [
      await announce(server, teacher, lessonId, bytes),
      await announce(server, teacher, lessonId, bytes),
    ];
    const swapped = other.uploadUrl.replace(`/uploads/${other.id}?`, `/uploads/${mine.id}?`);
    const later = mine.uploadUrl.replace(/expires=(\d+)/, (_, seconds) => `expires=${Number(seconds) + 1}`);
    const bare = mine.uploadUrl.split('?')[0] ?? '';
    for (const address of [swapped, later, bare, `${bare}?expires=1&expires=2&signature=a`, `${mine.uploadUrl}a`]) {
      expect(await patch(address, 0, bytes)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    }
    expectNoFiles(server);
  });

  it('is of no use any more when its sender is disabled', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl } = await announce(server, teacher, lessonId, bytes);
    await disable(server.app, teacher.email);
    expect(await patch(uploadUrl, 0, bytes)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expectNoFiles(server);
  });

  it('leads nowhere when the lesson is deleted, and what had arrived is removed', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl } = await announce(server, teacher, lessonId, bytes);
    await patch(uploadUrl, 0, bytes.subarray(0, 500));
    await ok(server.url, DeleteLessonDocument, { id: lessonId }, teacher.token);
    expect(await patch(uploadUrl, 500, bytes.subarray(500))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    await sweepUploads(server.app);
    expectNoFiles(server);
  });

  it('gives up with DELETE: the job is cancelled, and nothing is left', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    await patch(uploadUrl, 0, bytes.subarray(0, 500));
    expect((await tus(uploadUrl, 'DELETE')).status).toBe(204);
    expect(await endedJob(server, teacher, job.id)).toMatchObject({ status: 'CANCELLED', errorCode: null });
    expect(await patch(uploadUrl, 500, bytes.subarray(500))).toMatchObject({ status: 410, code: 'UPLOAD_EXPIRED' });
    expectNoFiles(server);
  });

  it('gives up with cancelJob too', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    await patch(uploadUrl, 0, bytes.subarray(0, 500));
    const { cancelJob } = await ok(server.url, CancelJobDocument, { id: job.id }, teacher.token);
    expect(cancelJob).toMatchObject({ status: 'CANCELLED' });
    expectNoFiles(server);
    expect((await tus(uploadUrl, 'HEAD')).status).toBe(410);
  });

  it('leaves nothing when it is given up while bytes arrive', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1_000_000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    const half = Promise.withResolvers<void>();
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(new Uint8Array(bytes.subarray(0, 500_000)));
        await half.promise;
        controller.enqueue(new Uint8Array(bytes.subarray(500_000)));
        controller.close();
      },
    });
    const headers = {
      'tus-resumable': '1.0.0',
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
    };
    const sent = fetch(uploadUrl, { method: 'PATCH', headers, body, duplex: 'half' } as RequestInit);
    while (filesIn(server.dataDir, 'uploads').length === 0) await new Promise((next) => setImmediate(next));
    await ok(server.url, CancelJobDocument, { id: job.id }, teacher.token);
    half.resolve();
    expect((await sent).status).toBe(410);
    expectNoFiles(server);
  });

  it('says where to go on, also to a client that never heard that the last byte had arrived', async () => {
    const { server, teacher, lessonId } = await school({ env: { JOB_CONCURRENCY: '0' } });
    const bytes = mp4Bytes(1000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    await patch(uploadUrl, 0, bytes.subarray(0, 600));
    const head = await tus(uploadUrl, 'HEAD');
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': '600',
      'upload-length': String(bytes.length),
      'tus-resumable': '1.0.0',
      'cache-control': 'no-store',
    });
    expect(Date.parse(head.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now());
    // What a process leaves that dies between the last byte and the word of it.
    const { storageKey } = await server.app.read.selectFrom('uploads').select('storageKey').executeTakeFirstOrThrow();
    await server.app.videos.storage.append(
      storageKey,
      { offset: 600, size: bytes.length },
      Readable.from([bytes.subarray(600)]),
    );
    await send(uploadUrl, bytes);
    const { processingJob } = await ok(server.url, ProcessingJobByIdDocument, { id: job.id }, teacher.token);
    expect(processingJob).toMatchObject({ status: 'QUEUED', stage: 'queued' });
  });

  it('is answered with what other origins may see of it, for the configured ones alone', async () => {
    const { server, teacher, lessonId } = await school({ env: { CORS_ORIGINS: 'https://school.example' } });
    const { uploadUrl } = await announce(server, teacher, lessonId, mp4Bytes(1000));
    const preflight = (origin: string) =>
      fetch(uploadUrl, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'PATCH',
          'access-control-request-headers': 'tus-resumable,upload-offset,content-type',
        },
      });
    const { headers } = await preflight('https://school.example');
    expect(headers.get('access-control-allow-origin')).toBe('https://school.example');
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const head = await tus(uploadUrl, 'HEAD', { headers: { origin: 'https://school.example' } });
    expect(head.headers.get('access-control-allow-origin')).toBe('https://school.example');
    expect(head.headers.get('access-control-expose-headers')).toContain('Upload-Offset');
    const refused = await tus(`${uploadUrl}a`, 'HEAD', { headers: { origin: 'https://school.example' } });
    expect(refused.headers.get('access-control-allow-origin')).toBe('https://school.example');
  });

  it.each(['0.0.0.0', '::'])('can be followed when the server listens on all addresses, as %s', async (HOST) => {
    const { server, teacher, lessonId } = await school({ env: { HOST } });
    const bytes = mp4Bytes(1000);
    const { uploadUrl } = await announce(server, teacher, lessonId, bytes);
    expect(uploadUrl).toMatch(new RegExp(`^http://localhost:${new URL(server.url).port}/uploads/`));
    expect(await patch(uploadUrl, 0, bytes.subarray(0, 500))).toMatchObject({ status: 204 });
  });
});

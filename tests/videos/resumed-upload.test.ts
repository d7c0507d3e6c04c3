import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { announce, mp4Bytes, noFilesLeft, school, send, tus } from '../support/uploads.js';

/** Begins a request of so many bytes and breaks the connection after the first of them. */
function sendAndDrop(uploadUrl: string, bytes: Buffer, sent: number, more: string[] = []): Promise<void> {
  const { hostname, port, pathname, search } = new URL(uploadUrl);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        `PATCH ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
          `Content-Type: application/offset+octet-stream\r\nContent-Length: ${bytes.length}\r\n${more.map((line) => `${line}\r\n`).join('')}\r\n`,
      );
      socket.end(bytes.subarray(0, sent));
    });
    socket.resume().once('close', () => resolve());
    socket.once('error', reject);
  });
}

/** How far an upload is, once that is not nothing. */
async function offsetOf(uploadUrl: string): Promise<number> {
  for (;;) {
    const offset = Number((await tus(uploadUrl, 'HEAD')).headers.get('upload-offset'));
    if (offset > 0) return offset;
  }
}

describe('an upload whose connection drops', () => {
  it('keeps what has arrived, and the real client goes on from there', async () => {
    const { server, teacher, lessonId } = await school({ env: { JOB_CONCURRENCY: '0' } });
    const bytes = mp4Bytes(3_000_000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    await sendAndDrop(uploadUrl, bytes, 1_000_000);
    const offset = await offsetOf(uploadUrl);
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThanOrEqual(1_000_000);
    await send(uploadUrl, bytes);
    const { storageKey } = await server.app.read.selectFrom('uploads').select('storageKey').executeTakeFirstOrThrow();
    const stored = await buffer(await server.app.videos.storage.read(storageKey));
    expect(stored.equals(bytes)).toBe(true);
    const row = await server.app.read
      .selectFrom('processingJobs')
      .select(['status', 'stage'])
      .where('id', '=', Number(job.id))
      .executeTakeFirst();
    expect(row).toEqual({ status: 'QUEUED', stage: 'queued' });
  });

  it('forgets bytes whose checksum could not be looked at', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1_000_000);
    const { uploadUrl } = await announce(server, teacher, lessonId, bytes);
    await sendAndDrop(uploadUrl, bytes, 400_000, ['Upload-Checksum: md5 AAAAAAAAAAAAAAAAAAAAAA==']);
    expect((await tus(uploadUrl, 'HEAD')).headers.get('upload-offset')).toBe('0');
    await noFilesLeft(server);
  });
});

import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { sweepUploads } from '../../src/videos/uploads/sweep-uploads.service.js';
import { startBucket } from '../support/bucket.js';
import { ok } from '../support/client.js';
import { DeleteLessonDocument, LessonPlaybackDocument } from '../support/generated/graphql.js';
import { describeWith, filesIn, makeVideo, mediaFolder } from '../support/media.js';
import { announce, endedJob, mp4Bytes, PROGRAM, patch, school, send, tus, uploaded } from '../support/uploads.js';

const MIB = 1024 * 1024;

describe('an upload to a bucket', () => {
  it('arrives in pieces smaller and larger than the parts of the bucket, and nothing lies beside it then', async () => {
    const bucket = await startBucket();
    const { server, teacher, lessonId } = await school({ env: { ...bucket.env, FFMPEG_PATH: '/nowhere' } });
    const bytes = Buffer.concat([mp4Bytes(0), Buffer.from(Array.from({ length: 13 * MIB }, (_, i) => (i * 7) % 251))]);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    let offset = 0;
    for (const length of [100, 5 * MIB, MIB, 300]) {
      expect(await patch(uploadUrl, offset, bytes.subarray(offset, offset + length))).toMatchObject({ status: 204 });
      offset += length;
      expect((await tus(uploadUrl, 'HEAD')).headers.get('upload-offset')).toBe(String(offset));
    }
    await send(uploadUrl, bytes);
    expect(await endedJob(server, teacher, job.id)).toMatchObject({ errorCode: 'MEDIA_TOOLS_MISSING' });
    const { storageKey } = await server.app.read.selectFrom('uploads').select('storageKey').executeTakeFirstOrThrow();
    expect(await bucket.keys()).toEqual([storageKey]);
    const stored = await server.app.videos.storage.read(storageKey);
    expect((await buffer(stored)).equals(bytes)).toBe(true);
    expect(filesIn(server.dataDir, 'uploads')).toEqual([]);
  });

  it('leaves nothing when it is refused or given up', async () => {
    const bucket = await startBucket();
    const { server, teacher, lessonId } = await school({ env: bucket.env });
    const program = await announce(server, teacher, lessonId, PROGRAM);
    expect(await patch(program.uploadUrl, 0, PROGRAM)).toMatchObject({ status: 415 });
    const bytes = mp4Bytes(7 * MIB);
    const given = await announce(server, teacher, lessonId, bytes);
    await patch(given.uploadUrl, 0, bytes.subarray(0, 6 * MIB));
    expect((await bucket.keys()).length).toBeGreaterThan(0);
    expect((await tus(given.uploadUrl, 'DELETE')).status).toBe(204);
    expect(await bucket.keys()).toEqual([]);
  });
});

describeWith(['ffmpeg'], 'a video in a bucket', () => {
  it('is prepared, plays with ranges, and goes with its lesson', async () => {
    const video = makeVideo(mediaFolder(), { seconds: 3 });
    const bucket = await startBucket();
    const { server, teacher, lessonId } = await school({ env: bucket.env });
    expect(await uploaded(server, teacher, lessonId, video)).toMatchObject({ status: 'COMPLETED' });
    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    const whole = await fetch(lesson?.videoUrl ?? '');
    expect(Buffer.from(await whole.arrayBuffer()).equals(video)).toBe(true);
    const part = await fetch(lesson?.videoUrl ?? '', { headers: { range: 'bytes=1000-1999' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(video.subarray(1000, 2000))).toBe(true);
    const picture = await fetch(lesson?.thumbnailUrl ?? '');
    expect(picture.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await picture.arrayBuffer()).subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(await bucket.keys()).toHaveLength(2);
    await ok(server.url, DeleteLessonDocument, { id: lessonId }, teacher.token);
    await sweepUploads(server.app);
    expect(await bucket.keys()).toEqual([]);
  });
});

import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/client.js';
import { CreateUploadDocument, type CreateUploadInput } from '../support/generated/graphql.js';
import { filesIn } from '../support/media.js';
import { admin, instructor } from '../support/people.js';
import {
  announce,
  endedJob,
  expectNoFiles,
  mp4Bytes,
  noFilesLeft,
  PROGRAM,
  patch,
  school,
  send,
  tus,
} from '../support/uploads.js';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

describe('an upload is refused when it is announced', () => {
  const cases: [string, Partial<CreateUploadInput>, { code: string; field?: string }][] = [
    ['of no bytes', { sizeBytes: 0 }, { code: 'BAD_USER_INPUT', field: 'sizeBytes' }],
    ['of half a byte', { sizeBytes: 1.5 }, { code: 'BAD_USER_INPUT', field: 'sizeBytes' }],
    ['too large', { sizeBytes: 2_000_001 }, { code: 'PAYLOAD_TOO_LARGE', field: 'sizeBytes' }],
    [
      'of a type that is no video',
      { mimeType: 'application/zip' },
      { code: 'UNSUPPORTED_MEDIA_TYPE', field: 'mimeType' },
    ],
    ['without a name', { filename: ' ' }, { code: 'BAD_USER_INPUT', field: 'filename' }],
    ['in no language', { language: 'not a language' }, { code: 'BAD_USER_INPUT', field: 'language' }],
    ['of captions in an unknown language', { mimeType: 'text/vtt' }, { code: 'BAD_USER_INPUT', field: 'language' }],
    ['with a digest that is none', { sha256: 'abc' }, { code: 'BAD_USER_INPUT', field: 'sha256' }],
    ['for a lesson that is not there', { lessonId: '999' }, { code: 'NOT_FOUND' }],
  ];
  it.each(cases)('%s', async (_name, input, refusal) => {
    const { server, teacher, lessonId } = await school({ env: { UPLOAD_MAX_BYTES: '2000000' } });
    const file = { lessonId, filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: 1000, ...input };
    expect(await refused(server.url, CreateUploadDocument, { input: file }, teacher.token)).toMatchObject(refusal);
    expectNoFiles(server);
  });

  it('to a lesson of another, and by nobody', async () => {
    const { server, lessonId, sam } = await school();
    const otto = await instructor(server, 'otto');
    const input = { lessonId, filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: 1000 };
    expect(await refused(server.url, CreateUploadDocument, { input }, otto.token)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused(server.url, CreateUploadDocument, { input }, sam.token)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused(server.url, CreateUploadDocument, { input })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('beyond the quota of the instructor, whoever sends it, and what was given up counts no more', async () => {
    const { server, teacher, lessonId } = await school({ env: { UPLOAD_QUOTA_BYTES: '3000' } });
    const first = await announce(server, teacher, lessonId, mp4Bytes(1500));
    const ada = await admin(server);
    const input = { lessonId, filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: 1600 };
    for (const { token } of [teacher, ada]) {
      expect(await refused(server.url, CreateUploadDocument, { input }, token)).toMatchObject({
        code: 'QUOTA_EXCEEDED',
      });
    }
    expect((await tus(first.uploadUrl, 'DELETE')).status).toBe(204);
    await announce(server, ada, lessonId, mp4Bytes(1500));
  });

  it('when it would leave too little room on the disk', async () => {
    const { server, teacher, lessonId } = await school({ env: { UPLOAD_FREE_BYTES: String(1024 ** 5) } });
    const input = { lessonId, filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: 1000 };
    const refusal = await refused(server.url, CreateUploadDocument, { input }, teacher.token);
    expect(refusal).toMatchObject({ code: 'STORAGE_FULL' });
  });
});

describe('bytes are refused as they arrive', () => {
  it('of a program that is named like a video: the job fails with it, and sending on is of no use', async () => {
    const { server, teacher, lessonId } = await school();
    const { uploadUrl, job } = await announce(server, teacher, lessonId, PROGRAM);
    expect(await patch(uploadUrl, 0, PROGRAM.subarray(0, 100))).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
    expect(await endedJob(server, teacher, job.id)).toMatchObject({
      status: 'FAILED',
      errorCode: 'UNSUPPORTED_MEDIA_TYPE',
    });
    expect(await patch(uploadUrl, 0, PROGRAM)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expectNoFiles(server);
  });

  it('of the same, sent whole by the real client, which reads why', async () => {
    const { server, teacher, lessonId } = await school();
    const program = Buffer.concat([PROGRAM, Buffer.alloc(6_000_000)]);
    const { uploadUrl } = await announce(server, teacher, lessonId, program);
    const error = (await send(uploadUrl, program).catch((thrown) => thrown)) as {
      originalResponse: { getStatus(): number; getBody(): string };
    };
    expect(error.originalResponse.getStatus()).toBe(415);
    expect(error.originalResponse.getBody()).toContain('UNSUPPORTED_MEDIA_TYPE');
    expectNoFiles(server);
  });

  it('of something that is no text, announced as captions', async () => {
    const { server, teacher, lessonId } = await school();
    const captions = { filename: 'a.vtt', mimeType: 'text/vtt', language: 'en' };
    const { uploadUrl } = await announce(server, teacher, lessonId, PROGRAM, captions);
    expect(await patch(uploadUrl, 0, PROGRAM)).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expectNoFiles(server);
  });

  it('of a file that is larger than it was announced', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes.subarray(0, 500));
    expect(await patch(uploadUrl, 0, bytes)).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    expect(await endedJob(server, teacher, job.id)).toMatchObject({ status: 'FAILED', errorCode: 'PAYLOAD_TOO_LARGE' });
    expectNoFiles(server);
  });

  it('whose checksum is wrong: they are as if never sent, and may be sent again', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl } = await announce(server, teacher, lessonId, bytes);
    const right = `sha256 ${sha256(bytes.subarray(0, 500)).toString('base64')}`;
    const damaged = Buffer.from(bytes.subarray(0, 500)).fill(1, 400);
    expect(await patch(uploadUrl, 0, damaged, { 'upload-checksum': right })).toMatchObject({
      status: 460,
      code: 'CHECKSUM_MISMATCH',
    });
    expectNoFiles(server);
    expect((await tus(uploadUrl, 'HEAD')).headers.get('upload-offset')).toBe('0');
    expect(await patch(uploadUrl, 0, bytes.subarray(0, 500), { 'upload-checksum': right })).toMatchObject({
      status: 204,
    });
    const unknown = await patch(uploadUrl, 500, bytes.subarray(500), { 'upload-checksum': 'crc32 AAAA' });
    expect(unknown).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
  });

  it('when the disk is full: nothing of them stays, and the job says why', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(300_000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    const { storageKey } = await server.app.read.selectFrom('uploads').select('storageKey').executeTakeFirstOrThrow();
    mkdirSync(join(server.dataDir, 'uploads'), { recursive: true });
    // A file on which every write fails as on a full disk.
    symlinkSync('/dev/full', join(server.dataDir, 'uploads', storageKey));
    expect(await patch(uploadUrl, 0, bytes)).toMatchObject({ status: 507, code: 'STORAGE_FULL' });
    expect(await endedJob(server, teacher, job.id)).toMatchObject({ status: 'FAILED', errorCode: 'STORAGE_FULL' });
    expectNoFiles(server);
  });

  it('at another place than where the upload is', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl } = await announce(server, teacher, lessonId, bytes);
    expect(await patch(uploadUrl, 100, bytes.subarray(100))).toMatchObject({ status: 409, code: 'CONFLICT' });
  });

  it('in so few at the beginning that nothing can be told of them', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const { uploadUrl } = await announce(server, teacher, lessonId, bytes);
    expect(await patch(uploadUrl, 0, bytes.subarray(0, 10))).toMatchObject({ status: 400, code: 'BAD_REQUEST' });
    expect(await patch(uploadUrl, 0, bytes.subarray(0, 64))).toMatchObject({ status: 204 });
  });
});

describe('a file that has arrived is refused', () => {
  it('when it is not the one that was announced', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = mp4Bytes(1000);
    const other = sha256(Buffer.from('another')).toString('hex');
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes, { sha256: other });
    await send(uploadUrl, bytes);
    expect(await endedJob(server, teacher, job.id)).toMatchObject({ status: 'FAILED', errorCode: 'CHECKSUM_MISMATCH' });
    await noFilesLeft(server);
  });

  it('when its captions cannot be read, with the line', async () => {
    const { server, teacher, lessonId } = await school();
    const bytes = Buffer.from(`WEBVTT\n\n00:01 --> 99:99:99\nNever.\n${'\n'.repeat(60)}`);
    const captions = { filename: 'a.vtt', mimeType: 'text/vtt', language: 'en' };
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes, captions);
    await send(uploadUrl, bytes);
    expect(await endedJob(server, teacher, job.id)).toMatchObject({
      status: 'FAILED',
      errorCode: 'BAD_USER_INPUT',
      errorMessage: expect.stringContaining('Line 3'),
    });
    await noFilesLeft(server);
  });

  it('when there is no ffmpeg to look into it; it is kept, to be tried again when there is', async () => {
    const { server, teacher, lessonId } = await school({ env: { FFMPEG_PATH: '/nowhere' } });
    const bytes = mp4Bytes(1000);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, bytes);
    await send(uploadUrl, bytes);
    expect(await endedJob(server, teacher, job.id)).toMatchObject({
      status: 'FAILED',
      errorCode: 'MEDIA_TOOLS_MISSING',
    });
    expect(filesIn(server.dataDir, 'uploads')).toHaveLength(1);
  });
});

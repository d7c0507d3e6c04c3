import { beforeAll, describe, expect, it } from '@jest/globals';
import { auditLines } from '../../src/accounts/audit.queries.js';
import { sweepUploads } from '../../src/videos/uploads/sweep-uploads.service.js';
import { ok } from '../support/client.js';
import { LessonPlaybackDocument, SetTranscriptDocument } from '../support/generated/graphql.js';
import { describeWith, filesIn, makeVideo, mediaFolder } from '../support/media.js';
import { admin, vttOf } from '../support/people.js';
import { noFilesLeft, school, uploaded } from '../support/uploads.js';

describeWith(['ffmpeg'], 'a file that has arrived', () => {
  let video: Buffer;
  let fast: Buffer;
  let webm: Buffer;
  let sound: Buffer;
  beforeAll(() => {
    const folder = mediaFolder();
    video = makeVideo(folder, { seconds: 4 });
    fast = makeVideo(folder, { seconds: 4, fastStart: true });
    webm = makeVideo(folder, { seconds: 4, format: 'webm' });
    sound = makeVideo(folder, { seconds: 4, pictures: false });
  });

  it.each([
    ['cut off before its index', () => video.subarray(0, video.length - 2000)],
    ['cut off in the middle, its index at the beginning', () => fast.subarray(0, Math.floor(fast.length / 2))],
    ['that has sound and no pictures', () => sound],
    ['that goes on as nonsense', () => Buffer.concat([video.subarray(0, 64), Buffer.alloc(50_000, 7)])],
  ])('is refused as a video when it is one %s', async (_name, bytesOf) => {
    const { server, teacher, lessonId } = await school();
    const job = await uploaded(server, teacher, lessonId, bytesOf());
    expect(job).toMatchObject({ status: 'FAILED', errorCode: 'VIDEO_UNREADABLE', attempts: 1, videoSource: null });
    expect((await ok(server.url, LessonPlaybackDocument, { id: lessonId })).lesson?.videoUrl).toBeNull();
    await noFilesLeft(server);
  });

  it('is what its bytes say, whatever its name and type said', async () => {
    const { server, teacher, lessonId } = await school();
    const job = await uploaded(server, teacher, lessonId, webm, { filename: 'lecture.mp4', mimeType: 'video/mp4' });
    expect(job).toMatchObject({ status: 'COMPLETED', videoSource: { mimeType: 'video/webm' } });
  });

  it('takes the place of the one before, whose file goes', async () => {
    const { server, teacher, lessonId } = await school();
    await uploaded(server, teacher, lessonId, video);
    const first = (await ok(server.url, LessonPlaybackDocument, { id: lessonId })).lesson?.videoUrl ?? '';
    await uploaded(server, teacher, lessonId, fast);
    const second = (await ok(server.url, LessonPlaybackDocument, { id: lessonId })).lesson?.videoUrl ?? '';
    expect((await fetch(first)).status).toBe(404);
    expect((await fetch(second)).status).toBe(200);
    await sweepUploads(server.app);
    expect(filesIn(server.dataDir, 'uploads')).toHaveLength(2);
  });

  it('of another’s course is in the audit log when an administrator sent it', async () => {
    const { server, teacher, lessonId } = await school();
    const ada = await admin(server);
    await uploaded(server, ada, lessonId, video);
    const lines = await auditLines(server.app, Number(teacher.id));
    expect(lines.filter((line) => line.includes('video.upload'))).toHaveLength(1);
  });
});

describe('a caption file that has arrived', () => {
  const vtt = Buffer.from(
    vttOf([
      [0, 'Sent as a file.'],
      [5, 'Read like any other.'],
    ]),
  );
  const srt = Buffer.from(
    '1\r\n00:00:01,000 --> 00:00:02,000\r\nDikirim sebagai berkas, dan dibaca seperti yang lain.\r\n',
  );

  it.each([
    ['lecture.vtt', 'text/vtt', 'en', vtt, 'Sent as a file.'],
    ['lecture.srt', 'application/x-subrip', 'id', srt, 'Dikirim sebagai berkas, dan dibaca seperti yang lain.'],
    ['kuliah.SRT', '', 'id', srt, 'Dikirim sebagai berkas, dan dibaca seperti yang lain.'],
    ['lecture.vtt', 'application/octet-stream', 'en', vtt, 'Sent as a file.'],
  ])('as %s (%s) is the transcript in %s', async (filename, mimeType, language, bytes, text) => {
    const { server, teacher, lessonId } = await school();
    const old = { lessonId, language, format: 'VTT', content: vttOf([[0, 'Old words.']]) } as const;
    await ok(server.url, SetTranscriptDocument, { input: old }, teacher.token);
    const job = await uploaded(server, teacher, lessonId, bytes, { filename, mimeType, language });
    expect(job).toMatchObject({ kind: 'PREPARE_UPLOAD', status: 'COMPLETED', videoSource: null });
    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    const transcripts = lesson?.transcripts.filter((each) => each.language === language);
    expect(transcripts).toHaveLength(1);
    expect(transcripts?.[0]?.cues[0]?.text).toBe(text);
    expect(lesson?.videoUrl).toBeNull();
    await noFilesLeft(server);
  });
});

import { createHash } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { LessonPlaybackDocument } from '../support/generated/graphql.js';
import { describeWith, makeVideo, mediaFolder } from '../support/media.js';
import { classroom } from '../support/people.js';
import { startTestServer } from '../support/server.js';
import { announce, jobStates, send } from '../support/uploads.js';

describeWith(['ffmpeg', 'espeak-ng'], 'an uploaded video', () => {
  let video: Buffer;
  beforeAll(() => {
    video = makeVideo(mediaFolder(), { seconds: 4 });
  });

  it('arrives in pieces, is prepared, and plays from its signed address', async () => {
    const server = await startTestServer();
    const { teacher, lessonId } = await classroom(server);
    const { uploadUrl, job } = await announce(server, teacher, lessonId, video);
    expect(job).toMatchObject({ kind: 'PREPARE_UPLOAD', status: 'QUEUED', stage: 'uploading', videoSource: null });

    await send(uploadUrl, video, 20_000);
    const states = await jobStates(server, teacher, job.id);
    expect(states.at(-1)).toMatchObject({
      status: 'COMPLETED',
      progressPercent: 100,
      attempts: 1,
      errorCode: null,
      videoSource: {
        kind: 'UPLOAD',
        url: null,
        mimeType: 'video/mp4',
        sizeBytes: video.length,
        width: 320,
        height: 180,
        sha256: createHash('sha256').update(video).digest('hex'),
      },
    });
    expect(states.at(-1)?.videoSource?.durationSeconds).toBeCloseTo(4, 0);

    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    expect(lesson?.durationSeconds).toBe(4);
    const played = await fetch(lesson?.videoUrl ?? '');
    expect(played.status).toBe(200);
    expect(Buffer.from(await played.arrayBuffer()).equals(video)).toBe(true);
  });
});

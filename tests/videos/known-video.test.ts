import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { addDemoVideo } from '../browser/learner.js';
import { ok } from '../support/client.js';
import { LessonPlaybackDocument, ProcessingJobsDocument } from '../support/generated/graphql.js';
import { classroom } from '../support/people.js';
import { ROOT } from '../support/process.js';
import { startTestServer } from '../support/server.js';

it('a video of which all is known is shown at once, as an upload, without ffmpeg', async () => {
  const server = await startTestServer({ env: { FFMPEG_PATH: '/nowhere' } });
  const { teacher, lessonId } = await classroom(server);

  await addDemoVideo(server, teacher, lessonId);

  const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
  expect(lesson?.durationSeconds).toBe(815);
  const bytes = readFileSync(join(ROOT, 'demo/videos/01-what-searching-costs.webm'));
  const played = await fetch(lesson?.videoUrl ?? '');
  expect(played.headers.get('content-type')).toBe('video/webm');
  expect(Buffer.from(await played.arrayBuffer()).equals(bytes)).toBe(true);
  expect((await fetch(lesson?.thumbnailUrl ?? '')).headers.get('content-type')).toBe('image/jpeg');
  const { processingJobs } = await ok(server.url, ProcessingJobsDocument, { lessonId }, teacher.token);
  expect(processingJobs.nodes).toMatchObject([
    {
      kind: 'PREPARE_UPLOAD',
      status: 'COMPLETED',
      progressPercent: 100,
      videoSource: {
        kind: 'UPLOAD',
        mimeType: 'video/webm',
        sizeBytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    },
  ]);
});

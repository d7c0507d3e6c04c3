import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { LessonPlaybackDocument, ProcessingJobByIdDocument } from '../support/generated/graphql.js';
import { vttOf } from '../support/people.js';
import { type RunningProcess, runNode } from '../support/process.js';
import { temporaryFolder } from '../support/server.js';
import { announce, endedJob, school, send } from '../support/uploads.js';

const CAPTIONS = Buffer.from(vttOf([[0, 'Read by a worker beside the server.']]));

/** `npm run worker` as a process; or one that dies at a point. */
async function work(dataDir: string, crashAt?: string): Promise<RunningProcess> {
  const env = { DATA_DIR: dataDir, ...(crashAt && { CRASH_AT: crashAt }) };
  const worker = runNode([crashAt ? 'tests/crash/worker.mjs' : 'dist/worker.js'], env);
  if (!crashAt) await worker.printed(/"working"/);
  return worker;
}

describe('a worker beside the server', () => {
  it('takes up what the server leaves to it, also after another worker died of it, and stops when told', async () => {
    const dataDir = temporaryFolder();
    const { server, teacher, lessonId } = await school({ dataDir, env: { JOB_CONCURRENCY: '0' } });
    const captions = { filename: 'lecture.vtt', mimeType: 'text/vtt', language: 'id' };
    const sha256 = createHash('sha256').update(CAPTIONS).digest('hex');
    const { uploadUrl, job } = await announce(server, teacher, lessonId, CAPTIONS, { ...captions, sha256 });
    await send(uploadUrl, CAPTIONS);
    const { processingJob } = await ok(server.url, ProcessingJobByIdDocument, { id: job.id }, teacher.token);
    expect(processingJob).toMatchObject({ status: 'QUEUED', stage: 'queued' });

    const doomed = await work(dataDir, 'job.prepare_upload.writing-transcript');
    await doomed.exited;
    expect(doomed.child.signalCode).toBe('SIGKILL');
    const worker = await work(dataDir);
    expect(await endedJob(server, teacher, job.id)).toMatchObject({ status: 'COMPLETED', attempts: 2 });
    const { lesson } = await ok(server.url, LessonPlaybackDocument, { id: lessonId });
    expect(lesson?.transcripts.at(-1)?.cues).toMatchObject([{ text: 'Read by a worker beside the server.' }]);
    worker.child.kill('SIGTERM');
    expect(await worker.exited).toBe(0);
  });
});

// A teacher who uploads caption files through the balancer: each is a job, which any node may work on.
import { setTimeout as pause } from 'node:timers/promises';
import { Upload } from 'tus-js-client';
import { post } from '../../crash/lib/api.mjs';

const LONGEST_PAUSE_MS = 1500;
const AGAIN_MS = 200;
const PATIENCE_MS = 100_000;
const CREATE = `mutation ($input: CreateUploadInput!) { made: createUpload(input: $input) { uploadUrl job { id } } }`;
const JOB = `query ($id: ID!) { made: processingJob(id: $id) { status } }`;

/** Uploads until `isOver()`. @returns what has arrived whole: the job of each, and how many cues it has */
export async function teach({ port, isOver, figures }, { token, lessonId }) {
  const uploads = [];
  for (let number = 1; !isOver(); number++) {
    await pause(Math.random() * LONGEST_PAUSE_MS);
    const cueCount = 20 + number;
    const bytes = Buffer.from(captions(cueCount));
    const again = persistently(figures);
    const input = {
      lessonId,
      filename: `captions-${number}.vtt`,
      mimeType: 'text/vtt',
      // Private-use subtags: as many languages as files.
      language: `en-x-n${number}`,
      sizeBytes: bytes.length,
    };
    const { uploadUrl, job } = await again(() => post(port, CREATE, { input }, token));
    await again(() => send(uploadUrl, bytes));
    await again(async () => {
      for (;;) {
        const { status } = await post(port, JOB, { id: job.id }, token);
        if (status !== 'QUEUED' && status !== 'RUNNING') return;
        await pause(AGAIN_MS);
      }
    });
    uploads.push({ jobId: job.id, cueCount });
  }
  return uploads;
}

function persistently({ troubles }) {
  const until = performance.now() + PATIENCE_MS;
  return async (work) => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (performance.now() > until) throw error;
        const code = error.code ?? 'a lost connection';
        troubles[code] = (troubles[code] ?? 0) + 1;
        await pause(AGAIN_MS);
      }
    }
  };
}

function send(uploadUrl, bytes) {
  return new Promise((resolve, reject) => {
    new Upload(bytes, { uploadUrl, retryDelays: null, onError: reject, onSuccess: resolve }).start();
  });
}

function captions(count) {
  const time = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const cues = Array.from({ length: count }, (_, n) => `${time(n * 5)} --> ${time(n * 5 + 5)}\nCard number ${n}.\n`);
  return ['WEBVTT\n', ...cues].join('\n');
}

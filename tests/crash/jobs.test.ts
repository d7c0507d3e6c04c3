import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pLimit from 'p-limit';
import { ok } from '../support/client.js';
import { databaseOf, onPostgres } from '../support/database.js';
import {
  LessonPlaybackDocument,
  ProcessingJobsDocument,
  TranscribeLessonDocument,
} from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { describeWith, filesIn, makeVideo, mediaFolder } from '../support/media.js';
import { courseOf, instructor, lessonOf, type Person } from '../support/people.js';
import { type RunningProcess, runNode } from '../support/process.js';
import type { TestServer } from '../support/server.js';
import { startSpeechModel } from '../support/speech-model.js';
import { fileFaults, readStored } from '../support/stored.js';
import { announce, endedJob, send } from '../support/uploads.js';

const SETTINGS = {
  PORT: '0',
  NODE_ENV: 'production',
  JWT_SECRET: 'a secret that outlives the processes of a test',
  PATH: process.env.PATH ?? '',
};

/** The point to die at, and how often it was passed by then: an upload is prepared before it is transcribed. */
const CRASHES: [at: string, nth?: number][] = [
  ['upload.received'],
  ['job.prepare_upload.checking'],
  ['job.prepare_upload.probing'],
  ['job.prepare_upload.picturing'],
  ['job.prepare_upload.finishing'],
  ['job.before-commit'],
  ['job.ended'],
  ['transcribe.row-written'],
  ['transcribe.committed'],
  ['job.transcribe.fetching'],
  ['job.transcribe.extracting-sound'],
  ['job.transcribe.transcribing'],
  ['speech.part-heard'],
  ['speech.part-kept'],
  ['job.transcribe.writing-transcript'],
  ['transcript.staged'],
  ['job.transcribe.finishing'],
  ['job.before-commit', 2],
  ['job.ended', 2],
];

interface Crashed {
  dataDir: string;
  teacher: Person;
  lessonId: string;
  uploadUrl: string;
}

describeWith(['ffmpeg'], 'a worker that was killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lectern-crash-jobs-'));
  const crashed = new Map<string, Crashed>();
  let video: Buffer;

  // All die first, two at a time: most leases have run out before the first is started again.
  beforeAll(async () => {
    video = makeVideo(mediaFolder(), { seconds: 4 });
    const limit = pLimit(2);
    await Promise.all(
      CRASHES.map(([at, nth = 1]) =>
        limit(async () => crashed.set(`${at} ${nth}`, await die(at, nth, join(folder, `${at}-${nth}`), video))),
      ),
    );
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(CRASHES.map(([at, nth = 1]) => [nth > 1 ? `${at} (time ${nth})` : at, at, nth] as const))(
    'at %s is whole again after the restart, with one transcript',
    async (_name, at, nth) => {
      const { dataDir, teacher, lessonId, uploadUrl } = crashed.get(`${at} ${nth}`) as Crashed;
      const model = await speechModel();
      const { url, child, exited } = await serve('dist/main.js', { ...model.env, DATA_DIR: dataDir });
      const server = { url } as TestServer;
      // What a client does that was cut off: it goes on.
      if (uploadUrl) await send(uploadUrl.replace(/^http:\/\/[^/]+/, url), video);
      const jobs = async () =>
        (await ok(url, ProcessingJobsDocument, { lessonId }, teacher.token)).processingJobs.nodes;
      const [prepare] = (await jobs()).filter(({ kind }) => kind === 'PREPARE_UPLOAD');
      expect(await endedJob(server, teacher, prepare?.id ?? '')).toMatchObject({ status: 'COMPLETED' });
      if ((await jobs()).length === 1) await ok(url, TranscribeLessonDocument, { lessonId }, teacher.token);
      const [transcribe] = await jobs();
      const ended = await endedJob(server, teacher, transcribe?.id ?? '');
      expect(ended).toMatchObject({ kind: 'TRANSCRIBE', status: 'COMPLETED', creditsCharged: 1 });

      const { lesson } = await ok(url, LessonPlaybackDocument, { id: lessonId });
      expect(lesson?.transcripts).toMatchObject([{ language: 'en', cues: [{ text: 'One.' }, { text: 'Two.' }] }]);
      const played = await fetch(lesson?.videoUrl ?? '');
      expect(Buffer.from(await played.arrayBuffer()).equals(video)).toBe(true);
      await expectLedgerExact(server, teacher);

      child.kill('SIGTERM');
      expect(await exited).toBe(0);
      if (!onPostgres) expect(fileFaults(dataDir)).toEqual([]);
      expect(await readEvidence(dataDir)).toEqual({
        jobs: [
          { kind: 'PREPARE_UPLOAD', status: 'COMPLETED' },
          { kind: 'TRANSCRIBE', status: 'COMPLETED' },
        ],
        sources: 1,
        transcripts: 1,
        parts: 0,
        usage: [{ jobs: 1, seconds: 4 }],
        entries: ['HOLD -1', 'RELEASE 0', 'SIGNUP 100'],
      });
      // The video and its picture, and nothing of the work on them.
      expect(filesIn(dataDir, 'uploads').map((name) => name.replace(/^[\w-]{36}/, ''))).toEqual(['', '.jpg']);
      expect(readdirSync(join(dataDir, 'work'))).toEqual([]);
    },
    90_000,
  );
});

const speechModel = () =>
  startSpeechModel((call) =>
    call.say(
      [
        [0, 1, 'One.'],
        [1, 2, 'Two.'],
      ],
      { seconds: 4 },
    ),
  );

/** A teacher uploads a video and has it written down, and the server dies at the point. */
async function die(at: string, nth: number, dataDir: string, video: Buffer): Promise<Crashed> {
  const model = await speechModel();
  const env = { ...model.env, DATA_DIR: dataDir, CRASH_AT: at, CRASH_NTH: String(nth) };
  const { url, exited, child } = await serve('tests/crash/server.mjs', env);
  const server = { url } as TestServer;
  const teacher = await instructor(server);
  const lessonId = await lessonOf(server, teacher, await courseOf(server, teacher));
  const { uploadUrl, job } = await announce(server, teacher, lessonId, video);
  const work = async () => {
    await send(uploadUrl, video, 50_000);
    await endedJob(server, teacher, job.id);
    const { transcribeLesson } = await ok(url, TranscribeLessonDocument, { lessonId }, teacher.token);
    await endedJob(server, teacher, transcribeLesson.id);
  };
  // However far it comes: it is cut off somewhere.
  const sent = await Promise.race([work().catch(() => {}), exited]);
  expect(sent === undefined || sent === null).toBe(true);
  await exited;
  expect(child.signalCode).toBe('SIGKILL');
  return { dataDir, teacher, lessonId, uploadUrl };
}

async function serve(program: string, env: Record<string, string>): Promise<RunningProcess & { url: string }> {
  await databaseOf(env.DATA_DIR ?? '');
  const running = runNode([program], { ...SETTINGS, ...env });
  const [, url = ''] = await running.printed(/"url":"([^"]+)"/);
  return { ...running, url };
}

/** What a data folder says of its jobs while no server runs on it. */
function readEvidence(dataDir: string) {
  return readStored(dataDir, async (all) => {
    const count = async (table: string) => (await all<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n;
    const entries = await all<{ entry: string }>(
      `select reason || ' ' || amount as entry from credit_entries
       where user_id = (select max(user_id) from processing_jobs) order by 1`,
    );
    return {
      jobs: await all('select kind, status from processing_jobs order by id'),
      sources: await count('video_sources'),
      transcripts: await count('transcripts'),
      parts: await count('speech_parts'),
      usage: await all(
        'select count(*) as jobs, max(audio_seconds) as seconds from ai_usage_logs where job_id is not null',
      ),
      entries: entries.map(({ entry }) => entry),
    };
  });
}

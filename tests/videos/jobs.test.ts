import type { ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { transaction } from '../../src/shared/app.js';
import { JobRow } from '../../src/videos/jobs/job.row.js';
import { endJob } from '../../src/videos/jobs/job-ending.service.js';
import { releaseOrphans, renewLease, requeueJob } from '../../src/videos/jobs/lease.service.js';
import { ok, openSocket, refused, request, subscribe } from '../support/client.js';
import {
  CancelJobDocument,
  DeleteCourseDocument,
  DeleteLessonDocument,
  JobProgressDocument,
  LessonPlaybackDocument,
  LinkVideoDocument,
  ProcessingJobByIdDocument,
  ProcessingJobsDocument,
  RetryJobDocument,
} from '../support/generated/graphql.js';
import { admin, instructor, type Person } from '../support/people.js';
import { startPublicHost } from '../support/public-host.js';
import { startTestServer, type TestServer, type TestServerOptions, temporaryFolder } from '../support/server.js';
import { endedJob, type Job, jobStates, mp4Bytes, school } from '../support/uploads.js';

const URL = 'https://video.example/lecture.mp4';

/** A host that holds its answers back until the test lets them go. */
async function slowHost() {
  const asked: ServerResponse[] = [];
  let wake = Promise.withResolvers<void>();
  const host = await startPublicHost((_request, response) => {
    asked.push(response);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  return {
    host,
    asked,
    async request(number: number): Promise<ServerResponse> {
      while (asked.length < number) await wake.promise;
      return asked[number - 1] as ServerResponse;
    },
  };
}

const answer = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'video/mp4' }).end(mp4Bytes(5000));

/** A school whose links lead to a slow host. */
async function slowSchool(options: TestServerOptions = {}) {
  const slow = await slowHost();
  const env = { FFMPEG_PATH: '/nowhere', ...options.env };
  return { ...slow, ...(await school({ ...options, env, outgoing: slow.host })) };
}

async function link(server: Pick<TestServer, 'url'>, { token }: Person, lessonId: string, url = URL): Promise<string> {
  return (await ok(server.url, LinkVideoDocument, { input: { lessonId, url } }, token)).linkVideo.id;
}

const statusOf = async ({ url }: Pick<TestServer, 'url'>, { token }: Person, id: string) =>
  (await ok(url, ProcessingJobByIdDocument, { id }, token)).processingJob?.status;

describe('a job', () => {
  it('is followed as it changes, by whoever may change its lesson', async () => {
    const { server, teacher, lessonId, request: asked } = await slowSchool();
    const ada = await admin(server);
    const id = await link(server, teacher, lessonId);
    const running = Promise.withResolvers<void>();
    const onState = ({ status }: Job) => void (status === 'RUNNING' && running.resolve());
    const [states, others] = [jobStates(server, teacher, id, onState), jobStates(server, ada, id)];
    await running.promise;
    answer(await asked(1));
    const all = await states;
    expect(all.at(-1)).toMatchObject({ status: 'COMPLETED', progressPercent: 100, stage: 'completed', attempts: 1 });
    expect(all.map(({ status }) => status)).toContain('RUNNING');
    const percents = all.map(({ progressPercent }) => progressPercent);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect((await others).at(-1)).toEqual(all.at(-1));
    // Whoever comes late is told how it ended.
    expect(await jobStates(server, teacher, id)).toEqual(all.slice(-1));
  });

  it('is nobody else’s to see, to follow, to stop or to try again', async () => {
    const { server, teacher, lessonId, sam } = await slowSchool();
    const otto = await instructor(server, 'otto');
    const id = await link(server, teacher, lessonId);
    for (const { token } of [sam, otto]) {
      expect((await ok(server.url, ProcessingJobByIdDocument, { id }, token)).processingJob).toBeNull();
      expect((await ok(server.url, ProcessingJobsDocument, { lessonId }, token)).processingJobs.nodes).toEqual([]);
      expect(await refused(server.url, CancelJobDocument, { id }, token)).toMatchObject({ code: 'NOT_FOUND' });
      expect(await refused(server.url, RetryJobDocument, { id }, token)).toMatchObject({ code: 'NOT_FOUND' });
      const followed = await subscribe(openSocket(server.url, token), JobProgressDocument, { id }).next();
      expect(followed.value?.errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(await refused(server.url, ProcessingJobByIdDocument, { id })).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await refused(server.url, CancelJobDocument, { id })).toMatchObject({ code: 'UNAUTHENTICATED' });
    for (const unknown of ['999', 'x', '']) {
      expect(
        (await ok(server.url, ProcessingJobByIdDocument, { id: unknown }, teacher.token)).processingJob,
      ).toBeNull();
      expect(await refused(server.url, RetryJobDocument, { id: unknown }, teacher.token)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });

  it('is listed with the others of its lesson, newest first, in pages', async () => {
    const { server, teacher, lessonId } = await slowSchool({ env: { JOB_CONCURRENCY: '0' } });
    const ids = [];
    for (let i = 0; i < 3; i++) ids.unshift(await link(server, teacher, lessonId));
    const page = async (after?: string) =>
      (await ok(server.url, ProcessingJobsDocument, { lessonId, first: 2, after }, teacher.token)).processingJobs;
    const first = await page();
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
    const second = await page(first.pageInfo.endCursor ?? '');
    expect([...first.nodes, ...second.nodes].map(({ id }) => id)).toEqual(ids);
    const { errors } = await request(server.url, ProcessingJobsDocument, { lessonId, first: 101 }, teacher.token);
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
  });

  it('waits for its turn: no more than JOB_CONCURRENCY run at once, the oldest first', async () => {
    const {
      server,
      teacher,
      lessonId,
      request: asked,
      asked: requests,
    } = await slowSchool({ env: { JOB_CONCURRENCY: '2' } });
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push(await link(server, teacher, lessonId, `${URL}?${i}`));
    await asked(2);
    expect(await Promise.all(ids.map((id) => statusOf(server, teacher, id)))).toEqual(['RUNNING', 'RUNNING', 'QUEUED']);
    expect(requests).toHaveLength(2);
    answer(await asked(1));
    answer(await asked(3));
    answer(await asked(2));
    for (const id of ids) expect(await endedJob(server, teacher, id)).toMatchObject({ status: 'COMPLETED' });
  });

  it('is stopped while it runs: the other side is left alone, and the lesson stays as it was', async () => {
    const { server, teacher, lessonId, request: asked } = await slowSchool();
    const id = await link(server, teacher, lessonId);
    const response = await asked(1);
    const closed = new Promise((resolve) => response.once('close', resolve));
    const { cancelJob } = await ok(server.url, CancelJobDocument, { id }, teacher.token);
    expect(cancelJob).toMatchObject({ status: 'CANCELLED', errorCode: null });
    await closed;
    expect((await ok(server.url, LessonPlaybackDocument, { id: lessonId })).lesson?.videoUrl).toBeNull();
    const again = await ok(server.url, CancelJobDocument, { id }, teacher.token);
    expect(again.cancelJob).toEqual(cancelJob);

    const { retryJob } = await ok(server.url, RetryJobDocument, { id }, teacher.token);
    expect(retryJob).toMatchObject({ id, status: 'QUEUED', startedAt: null, finishedAt: null });
    expect(await refused(server.url, RetryJobDocument, { id }, teacher.token)).toMatchObject({ code: 'CONFLICT' });
    answer(await asked(2));
    expect(await endedJob(server, teacher, id)).toMatchObject({ status: 'COMPLETED' });
    expect(await refused(server.url, RetryJobDocument, { id }, teacher.token)).toMatchObject({ code: 'CONFLICT' });
  });

  it.each(['lesson', 'course'] as const)(
    'ends as CANCELLED when its %s is deleted, and is seen no more',
    async (what) => {
      const {
        server,
        teacher,
        lessonId,
        courseId,
        request: asked,
      } = await slowSchool({ env: { JOB_CONCURRENCY: '1' } });
      const ids = [await link(server, teacher, lessonId), await link(server, teacher, lessonId)];
      const response = await asked(1);
      const closed = new Promise((resolve) => response.once('close', resolve));
      if (what === 'lesson') await ok(server.url, DeleteLessonDocument, { id: lessonId }, teacher.token);
      else await ok(server.url, DeleteCourseDocument, { id: courseId }, teacher.token);
      await closed;
      const ended = () => server.app.read.selectFrom('processingJobs').select('status').execute();
      while ((await ended()).some(({ status }) => status === 'RUNNING'))
        await new Promise((next) => setImmediate(next));
      expect(await ended()).toEqual([{ status: 'CANCELLED' }, { status: 'CANCELLED' }]);
      for (const id of ids) expect(await statusOf(server, teacher, id)).toBeUndefined();
    },
  );
});

describe('a job whose worker is gone', () => {
  it('is put back when the server stops, and goes on with the next at once', async () => {
    const dataDir = temporaryFolder();
    const { server, teacher, lessonId, request: asked, host } = await slowSchool({ dataDir });
    const id = await link(server, teacher, lessonId);
    await asked(1);
    await server.stop();
    const next = await startTestServer({ dataDir, outgoing: host, env: { FFMPEG_PATH: '/nowhere' } });
    answer(await asked(2));
    expect(await endedJob(next, teacher, id)).toMatchObject({ status: 'COMPLETED', attempts: 1 });
  });

  it('goes on with another, and the first one writes nothing any more', async () => {
    const dataDir = temporaryFolder();
    const { server, teacher, lessonId, request: asked, host } = await slowSchool({ dataDir });
    const id = await link(server, teacher, lessonId);
    const first = await asked(1);
    const closed = new Promise((resolve) => first.once('close', resolve));
    // As if it had been paused for longer than its lease.
    await expire(server, id);
    await releaseOrphans(server.app);
    answer(await asked(2));
    await closed;
    expect(await endedJob(server, teacher, id)).toMatchObject({ status: 'COMPLETED', attempts: 2 });
    expect(host.asked).toHaveLength(2);
  });

  it('is neither kept, put back nor ended by whoever comes with the lease of before', async () => {
    const { server, teacher, lessonId } = await slowSchool({ env: { JOB_CONCURRENCY: '0' } });
    const id = Number(await link(server, teacher, lessonId));
    const { app } = server;
    const facts = { status: 'RUNNING', leaseNumber: 8, leaseExpiresAt: Date.now() + 60_000 } as const;
    await transaction(app, (em) => em.nativeUpdate(JobRow, { id }, facts));
    const before = { id, leaseNumber: 7, attempts: 1 };
    expect(await renewLease(app, before, { stage: 'late', progressPercent: 1 })).toBe('lost');
    await requeueJob(app, before, null, 0);
    const ending = { status: 'COMPLETED', failure: null, write: () => Promise.reject(new Error('written')) } as const;
    expect(await transaction(app, (em) => endJob(app, em, id, 7, ending))).toBe(false);
    expect(await transaction(app, (em) => endJob(app, em, id, null, ending))).toBe(false);
    const row = await app.read.selectFrom('processingJobs').selectAll().where('id', '=', id).executeTakeFirst();
    expect(row).toMatchObject({ ...facts, stage: 'queued' });
    expect(await renewLease(app, { id, leaseNumber: 8 }, { stage: 'on time', progressPercent: 1 })).toBe('kept');
  });

  it('fails when several have died of it', async () => {
    const { server, teacher, lessonId } = await slowSchool({ env: { JOB_CONCURRENCY: '0' } });
    const id = await link(server, teacher, lessonId);
    await transaction(server.app, (em) =>
      em.nativeUpdate(
        JobRow,
        { id: Number(id) },
        { status: 'RUNNING', attempts: 5, leaseNumber: 7, leaseExpiresAt: 1 },
      ),
    );
    await releaseOrphans(server.app);
    expect(await endedJob(server, teacher, id)).toMatchObject({ status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR' });
  });

  it('is cancelled when that was asked for meanwhile', async () => {
    const { server, teacher, lessonId } = await slowSchool({ env: { JOB_CONCURRENCY: '0' } });
    const id = await link(server, teacher, lessonId);
    await transaction(server.app, (em) =>
      em.nativeUpdate(JobRow, { id: Number(id) }, { status: 'RUNNING', leaseNumber: 7, leaseExpiresAt: 1 }),
    );
    await ok(server.url, CancelJobDocument, { id }, teacher.token);
    expect(await endedJob(server, teacher, id)).toMatchObject({ status: 'CANCELLED' });
  });
});

async function expire({ app }: TestServer, id: string): Promise<void> {
  await transaction(app, (em) =>
    em.nativeUpdate(JobRow, { id: Number(id) }, { leaseNumber: 1, leaseExpiresAt: Date.now() - 1000 }),
  );
}

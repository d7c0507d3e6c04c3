import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { type Process, runProcess } from '../server/process.js';
import { scrape } from '../server/scrape.js';
import { ok } from '../support/client.js';
import {
  AskTutorDocument,
  CoursesDocument,
  CreateCourseDocument,
  CreditHistoryDocument,
} from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, student } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { afterTest, type TestServer, temporaryFolder } from '../support/server.js';
import { endedChat, tokenStream } from '../support/streams.js';

interface WorkerLine {
  worker: number;
  pid: number;
  url: string;
  metricsUrl: string;
}

/** Processes that listen together, when so many of them do. */
async function runWorkers(count: number, env: Record<string, string> = {}) {
  const args = ['--workers', String(count)];
  const settings = { DATA_DIR: temporaryFolder(), PORT: '0', METRICS_PORT: '0', ...env };
  const main = runProcess('dist/main.js', args, settings);
  const workers = await listening(main, count);
  return { main, workers, url: workers[0]?.url ?? '', server: { url: workers[0]?.url } as TestServer };
}

/** What the first so many workers said of themselves when they listened, in that order. */
async function listening(main: Process, count: number): Promise<WorkerLine[]> {
  const lines = await main.saysTimes('"listening"', count);
  return lines.map((line) => JSON.parse(line));
}

/** Two workers, a lesson, a student, and an answer that runs on one of them and has said "Because ". */
async function runningAnswer(env: Record<string, string> = {}) {
  const model = await startScriptedModel();
  const { main, workers, server } = await runWorkers(2, { ...model.env, ...env });
  const ina = await instructor(server);
  const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
  const sam = await student(server);
  const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
  const call = await model.nextCall();
  call.say('Because ');
  const stream = tokenStream(server, sam, askTutor.id);
  expect(await stream.next()).toMatchObject({ text: 'Because ' });
  const running = await Promise.all(workers.map(async (each) => (await scrape(each)).lectern_answers_running));
  const generating = workers[running.indexOf(1)] as WorkerLine;
  return { main, workers, server, sam, call, stream, generating, chatId: askTutor.id };
}

describe('npm start -- --workers N', () => {
  it('serves one port by N processes, each with its own metrics', async () => {
    const { url, workers } = await runWorkers(2);

    expect(workers.map(({ worker }) => worker).sort()).toEqual([0, 1]);
    expect(new Set(workers.map((each) => each.url)).size).toBe(1);
    expect(new Set(workers.map((each) => each.pid)).size).toBe(2);
    expect(new Set(workers.map((each) => each.metricsUrl)).size).toBe(2);
    // One after the other, so that a connection goes to the worker that has waited longest.
    for (let n = 0; n < 6; n++) expect(await courses(url)).toBe(200);
    const counts = await Promise.all(
      workers.map(
        async (each) => (await scrape(each))['lectern_requests_total{transport="http",operation="courses",code="OK"}'],
      ),
    );
    expect(counts).toEqual([3, 3]);
  });

  it('has changes wait for one another on SQLite, and fails none', async () => {
    const { server, workers } = await runWorkers(2, { RATE_MUTATIONS_PER_MINUTE: '0' });
    const ina = await instructor(server);
    const titles = Array.from({ length: 60 }, (_, n) => `Course ${n}`);

    await Promise.all(
      titles.map((title) => ok(server.url, CreateCourseDocument, { input: { title, status: 'PUBLISHED' } }, ina.token)),
    );

    const created = await Promise.all(
      workers.map(
        async (each) =>
          (await scrape(each))['lectern_requests_total{transport="http",operation="createCourse",code="OK"}'] ?? 0,
      ),
    );
    expect(created.reduce((sum, each) => sum + each)).toBe(60);
    expect(Math.min(...created)).toBeGreaterThan(0);
    const { courses } = await ok(server.url, CoursesDocument, {});
    expect(courses.totalCount).toBe(60);
  });

  it('replaces a killed worker, whose answer another ends as INTERRUPTED and settles', async () => {
    const { main, server, sam, generating, call, stream, chatId } = await runningAnswer();

    process.kill(generating.pid, 'SIGKILL');
    await call.closed;
    await stream.leave();

    const events = await tokenStream(server, sam, chatId, 'Because '.length).rest();
    expect(events.at(-1)).toMatchObject({ __typename: 'TutorFailed', code: 'TUTOR_INTERRUPTED' });
    expect(endedChat(events)).toMatchObject({ status: 'INTERRUPTED' });
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    expect(creditHistory.nodes.map(({ reason }) => reason)).toEqual(['RELEASE', 'HOLD', 'SIGNUP']);
    const next = (await listening(main, 3))[2];
    expect(next).toMatchObject({ worker: generating.worker, url: server.url });
    expect(next?.pid).not.toBe(generating.pid);
    expect(main.stderr()).toContain(`worker ${generating.worker} ended (SIGKILL): another takes its place`);
  });

  it('lets answers end when it is told to stop, by whatever signals its workers too, and exits with 0', async () => {
    const { main, workers, generating, call, stream } = await runningAnswer({ SHUTDOWN_GRACE_MS: '600000' });

    // As systemd and a terminal do: each process of the group. The worker that has no answer may have ended by now.
    main.signal('SIGTERM');
    await main.saysTimes('"stopping"', 2);
    for (const { pid } of workers) {
      try {
        process.kill(pid, 'SIGTERM');
      } catch (error) {
        if (pid === generating.pid) throw error;
      }
    }
    call.say('it is.').finish();

    expect(endedChat(await stream.rest())).toMatchObject({ status: 'COMPLETED', response: 'Because it is.' });
    expect(await main.exit).toBe(0);
    expect(main.stderr()).toBe('');
  });

  it('leaves no worker behind when it is killed itself', async () => {
    const { main, url } = await runWorkers(2);

    main.signal('SIGKILL');

    // Resolves when nobody holds its output any more.
    expect(await main.exit).toBe('SIGKILL');
    await expect(fetch(`${url}/health`)).rejects.toThrow('fetch failed');
  });

  it('ends all with the message and the code of a worker that cannot start', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    afterTest(async () => void taken.close());
    const { port } = taken.address() as { port: number };

    const main = runProcess('dist/main.js', ['--workers', '2'], { DATA_DIR: temporaryFolder(), PORT: String(port) });

    expect(await main.exit).toBe(1);
    expect(main.stderr()).toContain(`EADDRINUSE`);
    expect(main.stdout()).not.toContain('"listening"');
  });

  it.each([
    [['--workers', '0'], '--workers cannot be 0. Write --workers N, with N from 1 to 256.'],
    [['--workers', 'two'], '--workers cannot be two. Write --workers N, with N from 1 to 256.'],
    [['--workers', '257'], '--workers cannot be 257. Write --workers N, with N from 1 to 256.'],
    [['--workers'], 'Write --workers N, with N from 1 to 256.'],
    [['--threads', '2'], "Unknown option '--threads'"],
  ])('refuses %j with the remedy', async (args, message) => {
    const main = runProcess('dist/main.js', args, { DATA_DIR: temporaryFolder(), PORT: '0' });

    expect(await main.exit).toBe(1);
    expect(main.stderr()).toContain(message);
    expect(main.stdout()).toBe('');
  });

  it.each([
    [
      { METRICS_TOKEN: 'a-token-of-the-operator-0123' },
      'Set METRICS_PORT instead: worker k listens on METRICS_PORT + k.',
    ],
    [{ METRICS_PORT: '65535' }, 'METRICS_PORT is too high for 2 workers'],
  ])('refuses settings that several workers cannot share: %j', async (settings, message) => {
    const env = { DATA_DIR: temporaryFolder(), PORT: '0', ...settings };
    const main = runProcess('dist/main.js', ['--workers', '2'], env);

    expect(await main.exit).toBe(1);
    expect(main.stderr()).toContain(message);
  });
});

/** Asks over a connection of its own. */
async function courses(url: string): Promise<number> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify({ query: '{ courses { totalCount } }' }),
  });
  await response.text();
  return response.status;
}

import { expect, it } from '@jest/globals';
import { readConfig } from '../../src/server/config.js';
import { startServer } from '../../src/server/start.js';
import { ok, request } from '../support/client.js';
import { databaseOf } from '../support/database.js';
import { CoursesDocument, HealthDocument, SearchMomentsDocument } from '../support/generated/graphql.js';
import { describePostgres } from '../support/one-database.js';
import { courseOf, instructor } from '../support/people.js';
import { startTestServer, type TestServer, temporaryFolder } from '../support/server.js';
import { type ServiceLine, startServiceLine } from '../support/service-line.js';

const BOUNDS = { DATABASE_CONNECT_TIMEOUT_MS: '700', DATABASE_STATEMENT_TIMEOUT_MS: '1000', RESPONSE_CACHE_BYTES: '0' };
/** What a statement may take, its margin, and whatever a slow machine adds. */
const BOUND_MS = 6000;

async function lineTo(dataDir: string): Promise<ServiceLine> {
  const { DATABASE_URL = '' } = await databaseOf(dataDir);
  return startServiceLine(DATABASE_URL);
}

/** A server with one course whose database is at the end of a line. */
async function connected(): Promise<{ server: TestServer; line: ServiceLine }> {
  const dataDir = temporaryFolder();
  const line = await lineTo(dataDir);
  const server = await startTestServer({ dataDir, env: { ...BOUNDS, DATABASE_URL: line.url } });
  await courseOf(server, await instructor(server), 'Sorting');
  return { server, line };
}

async function timed<T>(work: Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  return { result: await work, ms: performance.now() - begun };
}

const titles = async ({ url }: TestServer) =>
  (await ok(url, CoursesDocument, {})).courses.nodes.map(({ title }) => title);

describePostgres('a database that does not answer', 'SQLite is a file', () => {
  it.each([
    ['refuses connections', (line: ServiceLine) => line.cut()],
    ['is behind a network that is split', async (line: ServiceLine) => line.hold(true)],
  ])('ends the start with its place, the fault and the remedy when it %s', async (_how, lose) => {
    const dataDir = temporaryFolder();
    const line = await lineTo(dataDir);
    await lose(line);
    const url = new URL(line.url);
    url.password = 'hunter2';
    const config = readConfig({ ...BOUNDS, DATA_DIR: dataDir, PORT: '0', DATABASE_URL: url.href });

    const { result, ms } = await timed(startServer(config).catch((error) => error as Error));

    expect((result as Error).message).toMatch(
      /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:\d+\/lectern_\w+ does not answer \(.+\)\. Start it, .*unset it/,
    );
    expect((result as Error).message).not.toContain('hunter2');
    expect(ms).toBeLessThan(BOUND_MS);
  });

  it('fails what is asked in bounded time and masked, is told of by health, and is used again when it returns', async () => {
    const { server, line } = await connected();
    await line.cut();

    const { result, ms } = await timed(request(server.url, CoursesDocument, {}));
    expect(result.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(result.errors)).not.toMatch(/ECONN|postgres|127\.0/);
    expect(ms).toBeLessThan(BOUND_MS);
    const { health } = await ok(server.url, HealthDocument, {});
    expect(health).toMatchObject({ status: 'degraded', database: 'unreachable' });

    await line.mend();
    expect(await titles(server)).toEqual(['Sorting']);
    expect((await ok(server.url, HealthDocument, {})).health).toMatchObject({ status: 'ok', database: 'ok' });
    expect((await ok(server.url, SearchMomentsDocument, { query: 'pivot' })).searchMoments.nodes).toEqual([]);
  });

  it('keeps nobody waiting when its network is split', async () => {
    const { server, line } = await connected();
    await Promise.all(Array.from({ length: 8 }, () => titles(server)));
    line.hold(true);
    const [courses, health] = await Promise.all([
      timed(request(server.url, CoursesDocument, {})),
      timed(ok(server.url, HealthDocument, {})),
    ]);
    expect(courses.result.errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(courses.ms).toBeLessThan(BOUND_MS);
    expect(health.result.health.database).toBe('unreachable');
    expect(health.ms).toBeLessThan(3000);
    // Connections of before the silence are not tried one after the other.
    const later = await timed(request(server.url, CoursesDocument, {}));
    expect(later.result.errors).toHaveLength(1);
    expect(later.ms).toBeLessThan(2500);
    line.hold(false);
    expect(await titles(server)).toEqual(['Sorting']);
  });

  it('is stopped without, in bounded time', async () => {
    const { server, line } = await connected();
    await line.cut();
    const { ms } = await timed(server.stop());
    expect(ms).toBeLessThan(BOUND_MS);
  });
});

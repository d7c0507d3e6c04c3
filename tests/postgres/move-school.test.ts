import { expect, it } from '@jest/globals';
import { migrate } from '../../src/db/migrate.js';
import { moveSchool } from '../../src/db/moving/move.js';
import { openSource } from '../../src/db/moving/source.js';
import { openTarget, type Target } from '../../src/db/moving/target.js';
import { openDatabase } from '../../src/db/orm.js';
import { readConfig } from '../../src/server/config.js';
import { execute } from '../accounts/rows.js';
import { fillSchool } from '../plans/school.js';
import { runProcess } from '../server/process.js';
import { ok } from '../support/client.js';
import { bareDatabaseOf } from '../support/database.js';
import { CoursesDocument, CreateCourseDocument, LoginDocument } from '../support/generated/graphql.js';
import { describePostgres } from '../support/one-database.js';
import { PASSWORD } from '../support/people.js';
import { afterTest, startTestServer, type TestServer, temporaryFolder } from '../support/server.js';
import { found } from '../videos/moments.js';

const ON_SQLITE = { DATABASE_URL: '', PUBLIC_URL: 'https://school.example' };

/** A stopped SQLite school, what the public sees of it, and an empty database with the newest schema. */
async function schoolToMove() {
  const dataDir = temporaryFolder();
  const server = await startTestServer({ dataDir, env: ON_SQLITE });
  await fillSchool(server);
  await execute(server, "update lessons set title = 'with a NUL ' || char(0) where id = 1");
  // The last course was removed: its id is not given again.
  await execute(server, "update sqlite_sequence set seq = 100 where name = 'courses'");
  const before = await seen(server);
  await server.stop();
  const { DATABASE_URL = '' } = await bareDatabaseOf(dataDir);
  const { postgres, search } = readConfig({ DATA_DIR: dataDir, DATABASE_URL });
  const database = await openDatabase({ dataDir, postgres, search });
  await migrate(database);
  await database.close();
  return { dataDir, url: DATABASE_URL, before };
}

async function seen(server: TestServer) {
  const { courses } = await ok(server.url, CoursesDocument, { first: 100 });
  return { courses, hello: await found(server, 'hello there') };
}

/** Both ends, closed after the test. */
function ends(dataDir: string, url: string) {
  const [source, target] = [openSource(dataDir), openTarget(url, 2000)];
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= (async () => {
      source.close();
      await target.close();
    })();
    return closed;
  };
  afterTest(close);
  return { source, target, close };
}

/** Breaks with the n-th batch. */
function breaking(target: Target, nth: number): Target {
  let batches = 0;
  return {
    ...target,
    async insert(...batch) {
      if (++batches === nth) throw new Error('the line broke');
      return target.insert(...batch);
    },
  };
}

describePostgres('a school that moves to PostgreSQL', 'it moves to PostgreSQL', () => {
  it('is there with all its rows after it was stopped halfway, and goes on', async () => {
    const { dataDir, url, before } = await schoolToMove();
    for (const nth of [1, 3, 5]) {
      const { source, target, close } = ends(dataDir, url);
      await expect(moveSchool(source, breaking(target, nth), () => {})).rejects.toThrow('the line broke');
      await close();
    }
    const lines: string[] = [];
    const { source, target, close } = ends(dataDir, url);
    const moved = await moveSchool(source, target, (line) => void lines.push(line));
    await close();
    expect(moved.map(({ table, rows }) => [table, rows])).toEqual(
      expect.arrayContaining([
        ['users', 4],
        ['courses', 24],
        ['chat_history', 40],
        ['transcript_cues', 2],
      ]),
    );
    expect(lines).toContain('users: 0 rows copied');

    const server = await startTestServer({ dataDir, env: { ...ON_SQLITE, DATABASE_URL: url } });
    expect(await seen(server)).toEqual(before);
    const { login } = await ok(server.url, LoginDocument, { input: { email: 'ina@example.org', password: PASSWORD } });
    const { createCourse } = await ok(server.url, CreateCourseDocument, { input: { title: 'New' } }, login.accessToken);
    expect(createCourse.id).toBe('101');
  });

  it('is refused by a database that is not empty, or that it was moved to before', async () => {
    const { dataDir, url } = await schoolToMove();
    const first = ends(dataDir, url);
    await moveSchool(first.source, first.target, () => {});
    await first.close();
    const second = ends(dataDir, url);
    await expect(moveSchool(second.source, second.target, () => {})).rejects.toThrow('is in use');
    await second.close();

    const other = temporaryFolder();
    const used = await startTestServer({ dataDir: other });
    await fillSchool(used);
    const third = ends(dataDir, used.app.config.postgres?.url ?? '');
    await expect(moveSchool(third.source, third.target, () => {})).rejects.toThrow(
      'not empty: there are rows in users',
    );
  });

  it('is found out when a row is not the same in the end', async () => {
    const { dataDir, url } = await schoolToMove();
    const { source, target } = ends(dataDir, url);
    const forging: Target = {
      ...target,
      async *rows(table, columns) {
        for await (const row of target.rows(table, columns)) {
          yield table === 'lessons' ? row.map((cell) => (cell === 'Lesson 1' ? 'Lesson one' : cell)) : row;
        }
      },
    };
    await expect(moveSchool(source, forging, () => {})).rejects.toThrow(/^lessons is not the same: \d+ rows/);
  });

  it('moves by the command, which says what it did and what to do next', async () => {
    const dataDir = temporaryFolder();
    const server = await startTestServer({ dataDir, env: ON_SQLITE });
    await fillSchool(server);
    await server.stop();
    const { DATABASE_URL = '' } = await bareDatabaseOf(dataDir);
    const command = runProcess('dist/migrate-to-postgres.js', [], { DATA_DIR: dataDir, DATABASE_URL });
    expect([await command.exit, command.stderr()]).toEqual([0, '']);
    expect(command.stdout()).toMatch(
      /chat_history: 40 rows copied[\s\S]*The same on both sides[\s\S]*Start the server/,
    );
    const empty = runProcess('dist/migrate-to-postgres.js', [], { DATA_DIR: temporaryFolder(), DATABASE_URL });
    expect([await empty.exit, empty.stderr()]).toEqual([1, expect.stringMatching(/There is no .*app\.db/)]);
  });
});

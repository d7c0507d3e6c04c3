import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migratorOf } from '../../src/db/migrate.js';
import { openDatabase } from '../../src/db/orm.js';
import { describeSqlite } from '../support/one-database.js';
import { afterTest, startTestServer, temporaryFolder } from '../support/server.js';
import { found } from '../videos/moments.js';

const PREVIOUS = 'Migration20261122000002_sessions_and_audit';

/** A database as the previous release left it: cues of two transcripts staged by turns, a draft, a deleted lesson. */
async function previousRelease(): Promise<string> {
  const dataDir = temporaryFolder();
  const { orm, close } = await openDatabase({ dataDir, postgres: null, search: { timeoutMs: 1000, queue: 1 } });
  afterTest(close);
  await (await migratorOf(orm)).up({ to: PREVIOUS });
  const run = (statement: string) => orm.em.getConnection().execute(statement);
  await run(`insert into users (id, username, username_key, email, password_hash, role, is_active, credits, created_at)
    values (1, 'ina', 'ina', 'ina@example.org', '', 'INSTRUCTOR', 1, 0, 1)`);
  await run(`insert into courses (id, title, description, instructor_id, status, search_text, created_at, updated_at)
    values (1, 'Open', '', 1, 'PUBLISHED', '', 1, 1), (2, 'Draft', '', 1, 'DRAFT', '', 1, 1)`);
  await run(`insert into lessons (id, course_id, title, "order", created_at, updated_at, deleted_at) values
    (1, 1, 'One', 1, 1, 1, null), (2, 1, 'Two', 2, 1, 1, null), (3, 2, 'Draft', 1, 1, 1, null), (4, 1, 'Gone', 3, 1, 1, 1)`);
  await run('insert into transcript_revisions (id, created_at) values (1, 1), (2, 1), (3, 1), (4, 1), (9, 1)');
  await run(`insert into transcript_cues (revision_id, start_ms, end_ms, text) values
    (1, 0, 1000, 'The naïve pivot.'), (2, 0, 1000, '学习很有趣'), (1, 1000, 2000, 'A second pivot.'),
    (3, 0, 1000, 'A pivot in a draft.'), (2, 1000, 2000, 'The last pivot.'), (4, 0, 1, 'A deleted pivot.'),
    (9, 0, 1, 'A staged pivot.')`);
  await run(`insert into transcripts (lesson_id, language, revision_id, cue_count, duration_ms, created_at, updated_at)
    values (1, 'en', 1, 2, 2000, 1, 1), (2, 'zh', 2, 2, 2000, 1, 1), (3, 'en', 3, 1, 1000, 1, 1), (4, 'en', 4, 1, 1, 1, 1)`);
  await close();
  return dataDir;
}

describeSqlite('a database of the previous release', 'no release before kept its data there', () => {
  it('has its cues found after the start, those alone that may be seen', async () => {
    const server = await startTestServer({ dataDir: await previousRelease() });
    expect((await found(server, 'pivot')).toSorted()).toEqual([
      'A second pivot.',
      'The last pivot.',
      'The naïve pivot.',
    ]);
    expect(await found(server, 'naive')).toEqual(['The naïve pivot.']);
    expect(await found(server, '学习')).toEqual(['学习很有趣']);
    await server.app.em.fork().execute("insert into cues_fts (cues_fts, rank) values ('integrity-check', 1)");
  });

  it('has its cues in the order of before, each with the id of its place', async () => {
    const server = await startTestServer({ dataDir: await previousRelease() });
    const { rows } = await sql<{ line: string }>`
      select revision_id || ':' || (id - revision_id * 32768) || ' ' || text as line from transcript_cues
      where revision_id < 3 order by id`.execute(server.app.read);
    expect(rows.map(({ line }) => line)).toEqual([
      '1:0 The naïve pivot.',
      '1:1 A second pivot.',
      '2:0 学习很有趣',
      '2:1 The last pivot.',
    ]);
  });

  it('refuses a cue whose id is not that of its place', async () => {
    const server = await startTestServer({ dataDir: await previousRelease() });
    const insert = `insert into transcript_cues (revision_id, start_ms, end_ms, text) values (1, 0, 1, 'lost')`;
    await expect(server.app.em.fork().execute(insert)).rejects.toThrow('not that of its place');
  });
});

import { describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { migrate, migratorOf } from '../../src/db/migrate.js';
import { type OpenDatabase, openDatabase } from '../../src/db/orm.js';
import { afterTest, startTestServer, temporaryFolder } from '../support/server.js';

async function emptyDatabase(dataDir = temporaryFolder()): Promise<OpenDatabase> {
  const database = await openDatabase({ dataDir, search: { timeoutMs: 1000, queue: 1 } });
  afterTest(() => database.close());
  return database;
}

/** Every object of the database but what SQLite and the migrator keep for themselves, with its SQL. */
async function objects({ read }: OpenDatabase): Promise<string[]> {
  const { rows } = await sql<{ type: string; name: string; sql: string | null }>`
    select type, name, sql from sqlite_master where name not like 'sqlite\\_%' escape '\\' order by type, name`.execute(
    read,
  );
  return rows.map(({ type, name, sql: text }) => `${type} ${name}: ${text}`);
}

describe('the migrations', () => {
  it('make of an empty database what the rows say', async () => {
    const database = await emptyDatabase();
    await migrate(database.orm);

    const statements = (await database.orm.schema.getUpdateSchemaSQL()).split('\n').filter(Boolean);
    // The full-text index and the count of changes are written by hand: MikroORM does not know their views and triggers.
    const byHand = /^drop (view|trigger) if exists `(cues_fts_\w+|cue_scopes_\w+|\w+_counts)`;$/;
    expect(statements.filter((statement) => !byHand.test(statement))).toEqual([]);
    // What the next migration would be made of: the rows against the snapshot of the last one.
    expect(await (await migratorOf(database.orm)).checkSchema()).toBe(false);
  });

  it('run in order, and a second time do nothing', async () => {
    const dataDir = temporaryFolder();
    const database = await emptyDatabase(dataDir);
    const ran = await migrate(database.orm);
    const made = await objects(database);
    expect(ran.length).toBeGreaterThan(0);
    expect(ran).toEqual(ran.toSorted());

    expect(await migrate(database.orm)).toEqual([]);
    const reopened = await emptyDatabase(dataDir);
    expect(await migrate(reopened.orm)).toEqual([]);
    expect(await objects(reopened)).toEqual(made);
  });

  it('are taken up again where one has not run', async () => {
    // given a database that has run the last migration and forgotten it
    const database = await emptyDatabase();
    const last = (await migrate(database.orm)).at(-1);
    await database.orm.em.getConnection().execute('delete from mikro_orm_migrations where name = ?', [last]);

    // when, then it is run once more, and fails at the table that is there
    await expect(migrate(database.orm)).rejects.toThrow(/already exists/);
  });

  it('have run when the server is there, and say so once', async () => {
    const first = await startTestServer();
    expect(first.logLines().filter((line) => line.includes('database migrated'))).toHaveLength(1);
    await first.stop();
    const second = await startTestServer({ dataDir: first.dataDir });
    expect(second.logLines().filter((line) => line.includes('database migrated'))).toEqual([]);
  });

  it('make the full-text index and the triggers that keep it', async () => {
    const database = await emptyDatabase();
    await migrate(database.orm);
    const names = (await objects(database)).map((line) => line.split(':')[0]);
    expect(names).toEqual(
      expect.arrayContaining([
        'table cues_fts',
        'trigger cues_fts_delete',
        'trigger cues_fts_insert',
        'trigger cues_fts_update',
        'view cues_fts_source',
      ]),
    );
  });

  it('make every table of the contract', async () => {
    const database = await emptyDatabase();
    await migrate(database.orm);
    const names = (await objects(database)).map((line) => line.split(':')[0]);
    const tables = ['users', 'courses', 'lessons', 'chat_history', 'ai_usage_logs'];
    const besides = ['sessions', 'transcripts', 'transcript_cues', 'credit_entries'];
    expect(names).toEqual(expect.arrayContaining([...tables, ...besides].map((table) => `table ${table}`)));
  });
});

import { describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { OpenDatabase } from '../../src/db/database.js';
import { migrate, migratorOf } from '../../src/db/migrate.js';
import { openDatabase } from '../../src/db/orm.js';
import { readConfig } from '../../src/server/config.js';
import { bareDatabaseOf, databaseOf, onPostgres } from '../support/database.js';
import { describePostgres } from '../support/one-database.js';
import { afterTest, startTestServer, temporaryFolder } from '../support/server.js';

async function emptyDatabase(dataDir = temporaryFolder()): Promise<OpenDatabase> {
  return reopened(dataDir, await bareDatabaseOf(dataDir));
}

async function reopened(dataDir: string, env?: { DATABASE_URL?: string }): Promise<OpenDatabase> {
  const { postgres, search } = readConfig({ DATA_DIR: dataDir, ...(env ?? (await databaseOf(dataDir))) });
  const database = await openDatabase({ dataDir, postgres, search });
  afterTest(() => database.close());
  return database;
}

/** Every object of the database but what it and the migrator keep for themselves, with its SQL. */
async function objects({ read, dialect }: OpenDatabase): Promise<string[]> {
  const all = dialect.name === 'sqlite' ? IN_SQLITE : IN_POSTGRES;
  const { rows } = await sql<{ type: string; name: string; sql: string | null }>`${all}`.execute(read);
  return rows.map(({ type, name, sql: text }) => `${type} ${name}: ${text}`);
}

const IN_SQLITE = sql`
  select type, name, sql from sqlite_master where name not like 'sqlite\\_%' escape '\\' order by type, name`;

const IN_POSTGRES = sql`
  select case relkind when 'r' then 'table' when 'v' then 'view' when 'i' then 'index' else 'other' end as type,
    relname as name, case when relkind = 'i' then pg_get_indexdef(oid) else
      (select string_agg(attname || ' ' || format_type(atttypid, atttypmod), ', ' order by attnum)
        from pg_attribute where attrelid = pg_class.oid and attnum > 0) end as sql
    from pg_class where relnamespace = 'public'::regnamespace
  union all select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  order by 1, 2`;

describe('the migrations', () => {
  it('make of an empty database what the rows say', async () => {
    const database = await emptyDatabase();
    await migrate(database);

    const statements: string[] = (await database.orm.schema.getUpdateSchemaSQL()).split('\n').filter(Boolean);
    // The full-text index and the count of changes are written by hand: MikroORM does not know their views and triggers.
    const byHand = /^drop (view|trigger) if exists `(cues_fts_\w+|cue_scopes_\w+|\w+_counts)`;$/;
    const ofPostgres = /^set names|^drop (trigger|function) if exists "(\w*check_cue_id|\w+_counts)(_fn)?"/;
    const others = statements.filter((statement) => !byHand.test(statement) && !ofPostgres.test(statement));
    expect(others).toEqual([]);
    // What the next migration would be made of: the rows against the snapshot of the last one.
    expect(await (await migratorOf(database.orm)).checkSchema()).toBe(false);
  });

  it('run in order, and a second time do nothing', async () => {
    const dataDir = temporaryFolder();
    const database = await emptyDatabase(dataDir);
    const ran = await migrate(database);
    const made = await objects(database);
    expect(ran.length).toBeGreaterThan(0);
    expect(ran).toEqual(ran.toSorted());

    expect(await migrate(database)).toEqual([]);
    const again = await reopened(dataDir);
    expect(await migrate(again)).toEqual([]);
    expect(await objects(again)).toEqual(made);
  });

  it('are taken up again where one has not run', async () => {
    // given a database that has run the last migration and forgotten it
    const database = await emptyDatabase();
    const last = (await migrate(database)).at(-1);
    await database.orm.em.getConnection().execute('delete from mikro_orm_migrations where name = ?', [last]);

    // when, then it is run once more, and fails at the table that is there
    await expect(migrate(database)).rejects.toThrow(/already exists/);
  });

  it('have run when the server is there, and say so once', async () => {
    const dataDir = temporaryFolder();
    await bareDatabaseOf(dataDir);
    const first = await startTestServer({ dataDir });
    expect(first.logLines().filter((line) => line.includes('database migrated'))).toHaveLength(1);
    await first.stop();
    const second = await startTestServer({ dataDir });
    expect(second.logLines().filter((line) => line.includes('database migrated'))).toEqual([]);
  });

  it('make the full-text index and the triggers that keep it', async () => {
    const database = await emptyDatabase();
    await migrate(database);
    const names = (await objects(database)).map((line) => line.split(':')[0]);
    const inSqlite = ['cues_fts_delete', 'cues_fts_insert', 'cues_fts_update'].map((name) => `trigger ${name}`);
    const made = onPostgres ? ['index cues_fts_units', 'trigger check_cue_id', 'view cue_scopes'] : inSqlite;
    expect(names).toEqual(expect.arrayContaining(['table cues_fts', ...made]));
  });

  it('make every table of the contract', async () => {
    const database = await emptyDatabase();
    await migrate(database);
    const names = (await objects(database)).map((line) => line.split(':')[0]);
    const tables = ['users', 'courses', 'lessons', 'chat_history', 'ai_usage_logs'];
    const besides = ['sessions', 'transcripts', 'transcript_cues', 'credit_entries'];
    expect(names).toEqual(expect.arrayContaining([...tables, ...besides].map((table) => `table ${table}`)));
  });
});

describePostgres('migrations of nodes that start at once', 'SQLite serves one server', () => {
  it('run once, whichever of those that start together comes first', async () => {
    const dataDir = temporaryFolder();
    await bareDatabaseOf(dataDir);
    const databases = await Promise.all([reopened(dataDir), reopened(dataDir), reopened(dataDir)]);
    const ran = await Promise.all(databases.map((database) => migrate(database)));
    expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
  });
});

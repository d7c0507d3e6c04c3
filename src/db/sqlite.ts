import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
// biome-ignore lint/style/noRestrictedImports: a type alone
import type Database from 'better-sqlite3';
import { CompiledQuery, type Driver, type RawBuilder, SqliteDialect, sql } from 'kysely';
import type { Dialect } from '../shared/dialect.js';
import { catalogueVersion } from './sqlite-catalogue-version.js';
import { openReader, openWriter } from './sqlite-file.js';
import { sqliteJson } from './sqlite-json.js';
import { TurnSnapshot } from './sqlite-snapshot.js';
import { WalSync } from './sqlite-wal-sync.js';

/** Leaves of the full-text index that one step of merging writes: 4-10 ms. */
const MERGED_PAGES = 16;

/** The two handles on one SQLite file: one that writes, one that only reads and never waits for the writer (WAL). */
export function openSqlite(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'app.db');
  let [writer, reader]: (SqliteHandle | null)[] = [null, null];
  const handles = {
    write: () => (writer ??= openWriter(file)),
    read: () => (reader ??= openReader(file)),
  };
  const snapshot = new TurnSnapshot(handles.read);
  return {
    file,
    handles,
    snapshot,
    walSync: new WalSync(file),
    catalogueVersion: catalogueVersion(handles.read),
    write: new ImmediateSqliteDialect({
      database: async () => ({
        prepare(statement: string) {
          snapshot.end();
          return handles.write().prepare<readonly unknown[]>(statement);
        },
        close: () => void handles.write().close(),
      }),
    }),
    read: new SqliteDialect({ database: async () => handles.read() }),
  };
}

export type SqliteHandle = Database.Database;
export type SqliteStatement = Database.Statement<unknown[]>;

export const sqliteDialect: Dialect = {
  name: 'sqlite',
  json: sqliteJson,
  nowMs: sqlNowMs(),
  async readNowMs(em) {
    const { now } = await em.getKysely<object>().selectNoFrom(sqlNowMs().as('now')).executeTakeFirstOrThrow();
    return now;
  },
  locked: (query) => query,
  // Triggers do it.
  async indexCues() {},
  async mergeCueIndex(em) {
    await em.execute(`insert into cues_fts (cues_fts, rank) values ('merge', ${MERGED_PAGES})`);
  },
};

function sqlNowMs(): RawBuilder<number> {
  return sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
}

/**
 * Transactions take the write lock when they begin. SQLite's default takes it at the first write: a transaction that
 * has read by then fails at once beside another writing process, whatever its busy timeout says.
 */
class ImmediateSqliteDialect extends SqliteDialect {
  override createDriver(): Driver {
    const driver = super.createDriver();
    driver.beginTransaction = async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    };
    return driver;
  }
}

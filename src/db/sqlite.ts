import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
// biome-ignore lint/style/noRestrictedImports: the one importer
import Database from 'better-sqlite3';
import { CompiledQuery, type Driver, type RawBuilder, SqliteDialect, sql } from 'kysely';
import type { Dialect } from '../shared/dialect.js';
import { catalogueVersion } from './sqlite-catalogue-version.js';
import { sqliteJson } from './sqlite-json.js';

const BUSY_TIMEOUT_MS = 5000;

/** The two handles on one SQLite file: one that writes, one that only reads and never waits for the writer (WAL). */
export function openSqlite(dataDir: string) {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, 'app.db');
  let [writer, reader]: (SqliteHandle | null)[] = [null, null];
  const handles = {
    write: () => (writer ??= openWriter(file)),
    read: () => (reader ??= openReader(file)),
  };
  return {
    file,
    handles,
    catalogueVersion: catalogueVersion(handles.read),
    write: new ImmediateSqliteDialect({ database: async () => handles.write() }),
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
};

function sqlNowMs(): RawBuilder<number> {
  return sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
}

function openWriter(file: string) {
  const database = new Database(file);
  // Before WAL: switching the journal mode takes a lock that another starting process may hold.
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('journal_mode = WAL');
  // FULL, so that an acknowledged charge survives a power cut; WAL alone would only survive a killed process.
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return database;
}

function openReader(file: string) {
  const database = new Database(file, { readonly: true });
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('foreign_keys = ON');
  return database;
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

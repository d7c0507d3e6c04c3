import { join } from 'node:path';
import { defineConfig, MikroORM } from '@mikro-orm/sqlite';
import { CamelCasePlugin, Kysely } from 'kysely';
import type { Config } from '../shared/config.js';
import type { Dialect } from '../shared/dialect.js';
import type { Statements } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import type { CueIndex } from '../videos/moments/cue-index.js';
import { ThreadedCueIndex } from './moments/threaded-cue-index.js';
import { rows } from './rows.js';
import { openSqlite, sqliteDialect } from './sqlite.js';
import { sqliteStatements } from './sqlite-statements.js';

export interface OpenDatabase {
  orm: MikroORM;
  read: Kysely<Tables>;
  statements: Statements;
  dialect: Dialect;
  durable(): Promise<void>;
  catalogueVersion(): number;
  cueIndex: CueIndex;
  /** Closes all handles; statements under way end first. */
  close(): Promise<void>;
}

/** Compiled, also where the code around it is not; found from here, which is as deep as the chunks of the bundle. */
const SEARCH_THREAD = join(import.meta.dirname, '../../dist/db/moments/thread.js');

/**
 * Opens the database that the configuration names, unmigrated.
 * @param onStatement called with the SQL of every statement, for tests that count them
 * @param searchThread in place of the script that searches, for tests in which it fails
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'search'>,
  onStatement: (sql: string) => void = () => {},
  searchThread?: URL,
): Promise<OpenDatabase> {
  const { file, write, read, handles, snapshot, walSync, catalogueVersion } = openSqlite(config.dataDir);
  // Not `init`: that looks for extensions among the installed packages, and loads what it finds.
  const orm = new MikroORM(ormOptions(file, write, onStatement));
  await orm.connect();
  const kysely = new Kysely<Tables>({
    dialect: read,
    plugins: [new CamelCasePlugin()],
    log: (event) => onStatement(event.query.sql),
  });
  const writer = orm.em.getConnection().getClient();
  const cueIndex = new ThreadedCueIndex(file, config.search, searchThread ?? SEARCH_THREAD);
  return {
    orm,
    read: kysely,
    statements: sqliteStatements(
      kysely,
      { ...handles, snapshot, walSync },
      (work) => writer.connection().execute(work),
      onStatement,
    ),
    dialect: sqliteDialect,
    durable: () => walSync.wait(),
    catalogueVersion,
    cueIndex,
    async close() {
      await cueIndex.close();
      await walSync.close();
      await kysely.destroy();
      await orm.close();
    },
  };
}

function ormOptions(file: string, dialect: object, onStatement: (sql: string) => void) {
  return defineConfig({
    entities: rows,
    dbName: file,
    driverOptions: dialect,
    // What ran is logged by whoever migrates.
    logger: () => {},
    onQuery: (sql) => {
      onStatement(sql);
      return sql;
    },
    // The FTS5 index, its shadow tables and scopes and the count of changes are not rows: migrations write them by hand.
    schemaGenerator: { skipTables: [/^cues_fts/, /^cue_scopes/, /^catalogue_version$/] },
    migrations: {
      path: join(import.meta.dirname, '../../migrations/sqlite'),
      glob: 'Migration*.js',
      emit: 'js',
      snapshotName: 'snapshot',
      snapshotOnMigrate: false,
      disableForeignKeys: false,
    },
  });
}

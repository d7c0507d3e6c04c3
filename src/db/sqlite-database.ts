import { defineConfig, MikroORM } from '@mikro-orm/sqlite';
import { CamelCasePlugin, Kysely } from 'kysely';
import type { Config } from '../shared/config.js';
import type { Tables } from '../shared/tables.js';
import type { OpenDatabase, OpenOptions } from './database.js';
import { migrationOptions } from './migration-options.js';
import { ThreadedCueIndex } from './moments/threaded-cue-index.js';
import { rows } from './rows.js';
import { openSqlite, sqliteDialect } from './sqlite.js';
import { sqliteStatements } from './sqlite-statements.js';

/** SQLite in the data folder. */
export async function openSqliteDatabase(
  config: Pick<Config, 'dataDir' | 'search'>,
  { onStatement, searchThread }: OpenOptions,
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
  const cueIndex = new ThreadedCueIndex({ file }, config.search, searchThread);
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
    // A process that holds the write lock is waited for (busy timeout): nothing of a transaction fails halfway.
    retrying: (work) => work(),
    catalogueVersion,
    cueIndex,
    migrating: (work) => work(orm),
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
    migrations: migrationOptions('sqlite'),
  });
}

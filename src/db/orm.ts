import { join } from 'node:path';
import { defineConfig, MikroORM } from '@mikro-orm/sqlite';
import { CamelCasePlugin, Kysely } from 'kysely';
import type { Config } from '../shared/config.js';
import type { Dialect } from '../shared/dialect.js';
import type { Tables } from '../shared/tables.js';
import { rows } from './rows.js';
import { openSqlite, sqliteDialect } from './sqlite.js';

export interface OpenDatabase {
  orm: MikroORM;
  read: Kysely<Tables>;
  dialect: Dialect;
  /** Closes both handles; statements under way end first. */
  close(): Promise<void>;
}

/**
 * Opens the database that the configuration names, unmigrated.
 * @param onStatement called with the SQL of every statement, for tests that count them
 */
export async function openDatabase(
  config: Pick<Config, 'dataDir'>,
  onStatement: (sql: string) => void = () => {},
): Promise<OpenDatabase> {
  const { file, write, read } = openSqlite(config.dataDir);
  // Not `init`: that looks for extensions among the installed packages, and loads what it finds.
  const orm = new MikroORM(ormOptions(file, write, onStatement));
  await orm.connect();
  const reader = new Kysely<Tables>({
    dialect: read,
    plugins: [new CamelCasePlugin()],
    log: (event) => onStatement(event.query.sql),
  });
  return {
    orm,
    read: reader,
    dialect: sqliteDialect,
    async close() {
      await reader.destroy();
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
    // The FTS5 index and its shadow tables are not rows: a migration writes them by hand.
    schemaGenerator: { skipTables: [/^cues_fts/] },
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

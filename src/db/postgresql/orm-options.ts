import { defineConfig } from '@mikro-orm/postgresql';
import { migrationOptions } from '../migration-options.js';
import { rows } from '../rows.js';
import { asPostgresColumns } from './columns.js';
import { writingDialect } from './kysely-dialects.js';
import type { PostgresPool } from './pool.js';

/** MikroORM's options on a pool of ours. @param onStatement called with the SQL of every statement */
export function ormOptions(pool: PostgresPool, onStatement: (sql: string) => void = () => {}) {
  return defineConfig({
    entities: rows,
    // The pool knows where.
    dbName: 'postgres',
    driverOptions: writingDialect(pool),
    discovery: { onMetadata: asPostgresColumns },
    // What ran is logged by whoever migrates.
    logger: () => {},
    onQuery: (sql) => {
      onStatement(sql);
      return sql;
    },
    // The full-text index, its scopes and the count of changes are not rows: migrations write them by hand.
    schemaGenerator: {
      skipTables: [/^cues_fts/, /^catalogue_changes$/, /^moved_school$/],
      skipViews: [/^cue_scopes$/, /^catalogue_version$/],
    },
    migrations: migrationOptions('postgresql'),
  });
}

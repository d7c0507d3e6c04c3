import { MikroORM } from '@mikro-orm/postgresql';
import { CamelCasePlugin, Kysely } from 'kysely';
import type { Config, PostgresConfig } from '../../shared/config.js';
import type { Tables } from '../../shared/tables.js';
import { DatabaseUnreachable, type OpenDatabase, type OpenOptions } from '../database.js';
import { ThreadedCueIndex } from '../moments/threaded-cue-index.js';
import { catalogueVersion } from './catalogue-version.js';
import { postgresDialect } from './dialect.js';
import { retrying, transactionMayRunAgain } from './failures.js';
import { readingDialect } from './kysely-dialects.js';
import { migratingPostgres } from './migrating.js';
import { ormOptions } from './orm-options.js';
import { PostgresPool } from './pool.js';
import { PostgresReads } from './reads.js';
import { postgresStatements } from './statements.js';

/** Beyond the time that a search has: until then, whoever waits for it is told by the thread's owner. */
const SEARCH_MARGIN_MS = 500;

/**
 * PostgreSQL. Half of the connections are for transactions and half for reads, so that no number of writers that wait
 * for one another's rows keeps a read waiting; one more, of the thread, is for searches.
 * @throws DatabaseUnreachable
 */
export async function openPostgresDatabase(
  { url, connections, connectTimeoutMs: connectMs, statementTimeoutMs: statementMs }: PostgresConfig,
  search: Config['search'],
  { onStatement, searchThread }: OpenOptions,
): Promise<OpenDatabase> {
  const half = { url, most: Math.max(1, Math.floor((connections - 1) / 2)), connectMs, statementMs };
  const pool = new PostgresPool({ ...half, name: 'lectern' }, false);
  const readPool = new PostgresPool({ ...half, name: 'lectern reads' }, true);
  const reads = new PostgresReads(readPool);
  await reads.run({ text: 'select 1' }).catch(async (error) => {
    await Promise.all([pool.end(), readPool.end()]);
    throw new DatabaseUnreachable(faultOf(url, error));
  });
  const orm = new MikroORM(ormOptions(pool, onStatement));
  await orm.connect();
  const kysely = new Kysely<Tables>({
    dialect: readingDialect(reads),
    plugins: [new CamelCasePlugin()],
    log: (event) => onStatement(event.query.sql),
  });
  const searched = { url, connectTimeoutMs: connectMs, statementTimeoutMs: search.timeoutMs + SEARCH_MARGIN_MS };
  const cueIndex = new ThreadedCueIndex(searched, search, searchThread);
  return {
    orm,
    read: kysely,
    statements: postgresStatements(kysely, { reads, pool }, onStatement),
    dialect: postgresDialect,
    // A commit is answered when the server's disk has it, unless its administrator wants otherwise.
    durable: async () => {},
    retrying: (work) => retrying(work, transactionMayRunAgain),
    catalogueVersion: catalogueVersion(reads),
    cueIndex,
    migrating: (work) => migratingPostgres({ url, connectMs }, work),
    async close() {
      await cueIndex.close();
      await orm.close();
      await pool.end();
      await reads.end();
    },
  };
}

/** Where it was looked for and why it was not found; the address holds a password, which is not said. */
function faultOf(url: string, error: unknown): string {
  const { hostname, port, pathname } = new URL(url);
  const where = `${hostname || 'the local socket'}:${port || 5432}${pathname}`;
  const { message, code } = error as Error & { code?: string };
  return `PostgreSQL at ${where} does not answer (${message || code})`;
}

import type { CueStatements } from '../../videos/moments/cue-statements.js';
import type { PostgresClient } from '../postgresql/client.js';
import { readMayRunAgain, retrying } from '../postgresql/failures.js';
import { PostgresPool } from '../postgresql/pool.js';
import { postgresStatements } from './postgresql-statements.js';

/**
 * Searches on one connection, opened with the first and anew when it is lost. The server breaks a statement off a little
 * after the thread that waits for it was given up.
 */
export function openSearch(options: {
  url: string;
  connectTimeoutMs: number;
  statementTimeoutMs: number;
}): CueStatements {
  const { url, connectTimeoutMs: connectMs, statementTimeoutMs: statementMs } = options;
  const pool = new PostgresPool({ url, most: 1, connectMs, statementMs, name: 'lectern search' }, true);
  let current: PostgresClient | undefined;

  async function inSnapshotOnce<T>(work: () => Promise<T>): Promise<T> {
    const client = await pool.connect();
    current = client;
    try {
      await client.run({ text: 'begin isolation level repeatable read read only' });
      return await work();
    } finally {
      await client.run({ text: 'rollback' }).catch(() => {});
      client.release();
    }
  }

  return {
    ...postgresStatements(async (text, values) => {
      const { rows } = await (current as PostgresClient).run<unknown[]>({ text, values, arrays: true, prepared: true });
      return rows;
    }),
    inSnapshot: (work) => retrying(() => inSnapshotOnce(work), readMayRunAgain),
  };
}

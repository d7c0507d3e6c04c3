import { MikroORM } from '@mikro-orm/postgresql';
import { ormOptions } from './orm-options.js';
import { PostgresPool } from './pool.js';

/** Any number, as long as all releases take the same one. */
const MIGRATING = 5_323_117;

/**
 * Runs work on the schema while no other node does, on connections without a bound in time: a migration takes as long as
 * there are rows, and so does the wait for another node's.
 */
export async function migratingPostgres<T>(
  options: { url: string; connectMs: number },
  work: (orm: MikroORM) => Promise<T>,
): Promise<T> {
  const unbounded = { ...options, statementMs: 0, name: 'lectern migration' };
  const lock = new PostgresPool({ ...unbounded, most: 1 }, true);
  const orm = new MikroORM(ormOptions(new PostgresPool({ ...unbounded, most: 2 }, false)));
  try {
    const holder = await lock.connect();
    try {
      await holder.run({ text: 'select pg_advisory_lock($1)', values: [MIGRATING] });
      return await work(orm);
    } finally {
      // Given back with the connection, also by a process that dies.
      await holder.run({ text: 'select pg_advisory_unlock($1)', values: [MIGRATING] }).catch(() => {});
      holder.release();
    }
  } finally {
    await orm.close();
    await lock.end();
  }
}

import pg from 'pg';
import { databaseOf } from '../support/database.js';
import { afterTest, type TestServer } from '../support/server.js';

/** A connection to a server's database, past the server; closed after the test. */
export async function connectionTo({ dataDir }: TestServer) {
  const { DATABASE_URL: connectionString } = await databaseOf(dataDir);
  const client = new pg.Client({ connectionString });
  await client.connect();
  afterTest(() => client.end());
  const numberOf = async (sql: string) => Number((await client.query(sql)).rows[0]?.count);
  return {
    run: (sql: string) => client.query(sql),
    /** Connections of servers. */
    servers: () =>
      numberOf(
        `select count(*) from pg_stat_activity where datname = current_database() and application_name like 'lectern%'`,
      ),
    /** Resolves when so many statements wait for a lock. */
    async untilWaiting(count: number) {
      const waiting = `select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await numberOf(waiting)) < count);
    },
  };
}

import { onPostgres } from './database.js';
import type { TestServer } from './server.js';

/** Makes every write of one kind to a table fail from now on, as a full disk does. */
export async function failWrites({ app }: TestServer, event: 'insert' | 'update', table: string): Promise<void> {
  const connection = app.em.fork().getConnection();
  if (!onPostgres) {
    const failing = `create trigger full_${table} before ${event} on ${table} begin select raise(abort, 'disk full'); end`;
    return void (await connection.execute(failing));
  }
  await connection.execute(
    `create or replace function fail() returns trigger language plpgsql as $$ begin raise 'disk full'; end $$`,
  );
  await connection.execute(
    `create trigger full_${table} before ${event} on ${table} for each row execute function fail()`,
  );
}

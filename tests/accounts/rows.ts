import type { TestServer } from '../support/server.js';

/** All rows of a table as they are stored, by id. */
export function rowsOf(server: TestServer, table: string): Promise<Record<string, unknown>[]> {
  return execute(server, `select * from ${table} order by id`);
}

/**
 * Runs a statement past the API, to read what it never shows. SQLite keeps booleans as numbers and JSON as text: here it
 * is the same on both databases.
 */
export async function execute({ app }: TestServer, statement: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = await app.em.fork().getConnection().execute(statement);
  if (!Array.isArray(rows)) return rows;
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])));
}

function plain(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

import type { TestServer } from '../support/server.js';

/** All rows of a table as they are stored. */
export function rowsOf(server: TestServer, table: string): Promise<Record<string, unknown>[]> {
  return execute(server, `select * from ${table}`);
}

/** Runs a statement past the API, to read what it never shows or to make the database fail. */
export function execute(server: TestServer, statement: string): Promise<Record<string, unknown>[]> {
  return server.app.em.fork().getConnection().execute(statement);
}

import { join } from 'node:path';
import Database from 'better-sqlite3';
import pg from 'pg';
import { databaseOf } from './database.js';

export type StoredRows = <Row>(sql: string) => Promise<Row[]>;

/** Lets `work` read what is stored of a folder, past any server. Names in camel case are to be quoted. */
export async function readStored<T>(dataDir: string, work: (all: StoredRows) => Promise<T>): Promise<T> {
  const { DATABASE_URL: url } = await databaseOf(dataDir);
  if (!url) {
    const database = new Database(join(dataDir, 'app.db'), { readonly: true });
    try {
      return await work(async <Row>(sql: string) => database.prepare(sql).all() as Row[]);
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({ connectionString: url, types: { getTypeParser } });
  await client.connect();
  try {
    return await work(async <Row>(sql: string) => (await client.query(sql)).rows as Row[]);
  } finally {
    await client.end();
  }
}

/** Loses a table of a folder's database, behind the server's back. */
export async function dropTable(dataDir: string, table: string): Promise<void> {
  const { DATABASE_URL: url } = await databaseOf(dataDir);
  if (url) {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`drop table ${table} cascade`);
    return client.end();
  }
  const database = new Database(join(dataDir, 'app.db'));
  database.pragma('foreign_keys = OFF');
  database.exec(`drop table ${table}`);
  database.close();
}

const getTypeParser = ((oid: number) =>
  oid === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(oid)) as typeof pg.types.getTypeParser;

/** What is wrong with the file of a folder as a whole; of PostgreSQL nothing is asked, which checks with every write. */
export function fileFaults(dataDir: string): unknown[] {
  const database = new Database(join(dataDir, 'app.db'), { readonly: true });
  try {
    const integrity = database.pragma('integrity_check', { simple: true });
    return [...(integrity === 'ok' ? [] : [integrity]), ...(database.pragma('foreign_key_check') as unknown[])];
  } finally {
    database.close();
  }
}

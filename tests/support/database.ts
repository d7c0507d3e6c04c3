import pg from 'pg';
import { EMPTY, FINGERPRINT } from './postgres-schema.mjs';

const {
  TEST_DATABASE_URL: address,
  TEST_DATABASE_TEMPLATE: template = '',
  TEST_DATABASE_FINGERPRINT: fingerprint,
  JEST_WORKER_ID: worker = '1',
} = process.env;

/** Whether this run is on PostgreSQL: `npm run test:postgres`. */
export const onPostgres = address !== undefined;

interface Database {
  number: number;
  /** Its address, and the same when it is there and empty. */
  at: string;
  url: Promise<string>;
}

const databases = new Map<string, Database>();

/** The variables by which a server of this folder finds its database: on PostgreSQL an empty one of its own. */
export async function databaseOf(dataDir: string): Promise<{ DATABASE_URL?: string }> {
  if (!address) return {};
  let known = databases.get(dataDir);
  if (!known) {
    const taken = new Set([...databases.values()].map(({ number }) => number));
    let number = 1;
    while (taken.has(number)) number++;
    const name = template.replace('template', `${worker}_${number}`);
    known = { number, at: addressOf(name), url: emptyDatabase(address, name) };
    databases.set(dataDir, known);
  }
  return { DATABASE_URL: await known.url };
}

/** The same for a folder whose database was asked for before. */
export function knownDatabaseOf(dataDir: string | undefined): { DATABASE_URL?: string } {
  const known = databases.get(dataDir ?? '');
  return known ? { DATABASE_URL: known.at } : {};
}

/** Lets another test have the database of a folder. */
export function forgetDatabaseOf(dataDir: string): void {
  databases.delete(dataDir);
}

/** An earlier test's is emptied, which takes a tenth of the time of making one; unless that test changed its schema. */
async function emptyDatabase(server: string, name: string): Promise<string> {
  const url = addressOf(name);
  const isEmptied = await onDatabase(url, async (client) => {
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> $2', [
      name,
      (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid,
    ]);
    const { rows } = await client.query<{ fingerprint: string }>(FINGERPRINT).catch(() => ({ rows: [] }));
    if (rows[0]?.fingerprint !== fingerprint) return false;
    await client.query(EMPTY);
    return true;
  }).catch((error) => {
    // There is none of this name.
    if (error.code === '3D000') return false;
    throw error;
  });
  if (isEmptied) return url;
  await onDatabase(server, async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name} template ${template}`);
    // Tests kill servers, and never the database.
    await client.query(`alter database ${name} set synchronous_commit = off`);
  });
  return url;
}

function addressOf(name: string): string {
  const url = new URL(address ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

async function onDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The same with nothing in it, not even a table. */
export async function bareDatabaseOf(dataDir: string): Promise<{ DATABASE_URL?: string }> {
  const { DATABASE_URL: url } = await databaseOf(dataDir);
  if (!address || !url) return {};
  const name = new URL(url).pathname.slice(1);
  await onDatabase(address, async (client) => {
    await client.query(`drop database ${name} with (force)`);
    await client.query(`create database ${name}`);
  });
  return { DATABASE_URL: url };
}

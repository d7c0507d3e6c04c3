// Before all suites of a run on PostgreSQL (TEST_DATABASE_URL): a database with the newest schema, which each test's own
// is a copy of. After them: whatever of the run is left.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { FINGERPRINT } from './postgres-schema.mjs';

const ROOT = join(import.meta.dirname, '../..');

export default async function setup() {
  const { TEST_DATABASE_URL: url } = process.env;
  if (!url) return;
  const template = `lectern_${process.pid}_template`;
  await onServer(url, (client) => client.query(`create database ${template}`)).catch((error) => {
    const { host, username } = new URL(url);
    throw new Error(`No PostgreSQL at ${host} lets ${username} make databases: set TEST_DATABASE_URL.`, {
      cause: error,
    });
  });
  try {
    await fill(url, template);
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function fill(url, template) {
  const env = { ...process.env, DATABASE_URL: databaseUrl(url, template), JWT_SECRET: 'x'.repeat(32) };
  execFileSync(join(ROOT, 'node_modules/.bin/node'), [join(ROOT, 'dist/migrate.js')], { env });
  const { rows } = await onServer(env.DATABASE_URL, (client) => client.query(FINGERPRINT));
  process.env.TEST_DATABASE_TEMPLATE = template;
  process.env.TEST_DATABASE_FINGERPRINT = rows[0].fingerprint;
}

export async function teardown() {
  const { TEST_DATABASE_URL: url } = process.env;
  if (!url) return;
  await onServer(url, async (client) => {
    const ours = `lectern\\_${process.pid}\\_%`;
    const { rows } = await client.query('select datname from pg_database where datname like $1', [ours]);
    for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  });
}

async function onServer(url, work) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(url, name) {
  const parsed = new URL(url);
  parsed.pathname = `/${name}`;
  return parsed.href;
}

// PostgreSQL, a database of its own in the server at TEST_DATABASE_URL, and a Redis of its own.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../crash/lib/processes.mjs';

const SERVER = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/postgres';

export async function makeDatabase() {
  const name = `lectern_nodes_${randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const url = new URL(SERVER);
  url.pathname = `/${name}`;
  const server = new pg.Pool({ connectionString: SERVER, max: 1 });
  await server.query(`create database ${name}`);
  const own = new pg.Pool({ connectionString: url.href, max: 1, application_name: 'the test' });
  // It may be cut with all others.
  for (const pool of [server, own]) pool.on('error', () => {});
  return {
    url: url.href,
    all: async (sql, values) => (await own.query(sql, values)).rows,
    /** Cuts all connections of the school's nodes. @returns how many */
    async cut() {
      const sql = `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name <> 'the test'`;
      return (await server.query(sql, [name])).rowCount;
    },
    async drop() {
      await own.end();
      await server.query(`drop database ${name} with (force)`);
      await server.end();
    },
  };
}

/** Keeps nothing over a restart, as a Redis that was lost. */
export async function startRedis() {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'lectern-redis-'));
  let child;
  const start = async () => {
    const args = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    child = spawn('redis-server', args.map(String), { stdio: 'ignore' });
    await once(child, 'spawn');
    while (!(await listens(port))) await pause(20);
  };
  const stop = async () => {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  process.once('exit', () => child.kill('SIGKILL'));
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart(awayMs) {
      await stop();
      await pause(awayMs);
      await start();
    },
    async end() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.end());
  });
}

// Starts the model and the server under test, and ends them with this process.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { waitedForCpuMs } from './scheduling.mjs';
import { Violation } from './violation.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const NODE = join(ROOT, 'node_modules/.bin/node');
const ASK_AGAIN_MS = 10;
const READY_WITHIN_MS = 30_000;

const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** @returns its address, for OPENAI_BASE_URL, and how often it was asked each question */
export async function startModel() {
  const child = launch([join(import.meta.dirname, 'model.mjs')], {}, ['ignore', 'pipe', 'inherit']);
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data');
  const url = `http://127.0.0.1:${Number(port)}`;
  const calls = async () => new Map(await (await fetch(`${url}/calls`)).json());
  return { url: `${url}/v1`, calls, stop: () => child.kill('SIGKILL') };
}

/** Starts the real server on a port and a data folder that it keeps over its deaths. */
export function serverOn(folder, port, model) {
  const log = openSync(join(folder, 'server.log'), 'a');
  const env = settings(folder, port, model);
  return async function start() {
    const begun = performance.now();
    const child = launch(['dist/main.js'], env, ['ignore', log, log]);
    const exited = once(child, 'exit');
    while (!(await isHealthy(port))) {
      const by = child.exitCode ?? child.signalCode;
      if (by !== null) throw new Violation('the server ended before it was ready', { by });
      if (performance.now() - begun > READY_WITHIN_MS) throw new Error('the server did not become ready');
      await pause(ASK_AGAIN_MS);
    }
    const readyMs = performance.now() - begun;
    const { pid } = child;
    // On a machine that others use too, the time without a core is not the server's.
    return { pid, readyMs, ownReadyMs: readyMs - waitedForCpuMs(pid), exited, signal: (name) => child.kill(name) };
  };
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Nothing of our environment but the path: a developer's own settings change nothing. */
export function launch(args, env, stdio) {
  const child = spawn(NODE, args, { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, stdio });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Production, without the limits that one machine acting as a whole school would meet. */
export function settings(folder, port, model) {
  return {
    NODE_ENV: 'production',
    PORT: String(port),
    DATA_DIR: join(folder, 'data'),
    JWT_SECRET: randomBytes(48).toString('base64url'),
    OPENAI_BASE_URL: model.url,
    OPENAI_MODEL: 'dripping',
    SIGNUP_CREDITS: '1000000000',
    // The answers of a dead process count as running until they are swept.
    TUTOR_RUNNING_PER_USER: '1000',
    RATE_ASKS_PER_MINUTE: '0',
    RATE_MUTATIONS_PER_MINUTE: '0',
    RATE_COST_PER_MINUTE: '0',
    RATE_LOGIN_FAILURES_PER_ACCOUNT: '0',
    RATE_LOGIN_FAILURES_PER_ADDRESS: '0',
    RATE_REGISTRATIONS_PER_ADDRESS: '0',
    SOCKETS_PER_USER: '0',
  };
}

export function isHealthy(port) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/health', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}

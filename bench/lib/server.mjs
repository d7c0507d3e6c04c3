// Starts Lectern as an operator would, on an empty or a filled data folder, and waits until it is ready.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { cpuUs, SERVER_CORE } from './proc.mjs';
import { launch, stop } from './processes.mjs';

export const JWT_SECRET = randomBytes(48).toString('base64url');
const ASK_AGAIN_MS = 2;
const READY_WITHIN_MS = 30_000;

/**
 * @param profile folder for a CPU profile, written when the server stops
 * @param more settings beside the usual ones
 * @param start arguments of the server, and its core; null for all
 */
export async function startServer(dataDir, model, profile, more = {}, start = {}) {
  const { args: own = [], core = SERVER_CORE } = start;
  const port = await freePort();
  const args = [...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []), 'dist/main.js', ...own];
  const begun = performance.now();
  const child = launch('server', core, args, {
    ...settings(dataDir, port, model.port),
    ...more,
  });
  while (!(await isHealthy(port))) {
    if (performance.now() - begun > READY_WITHIN_MS) throw new Error('the server did not become ready');
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
  const ready = { wallMs: performance.now() - begun, cpuMs: cpuUs(child.pid) / 1000 };
  return { pid: child.pid, port, ready, stop: () => stop(child) };
}

/** Production, without the limits that one machine acting as a whole school would meet. */
export function settings(dataDir, port, modelPort) {
  return {
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    PORT: String(port),
    DATA_DIR: dataDir,
    JWT_SECRET,
    OPENAI_BASE_URL: `http://127.0.0.1:${modelPort}/v1`,
    OPENAI_MODEL: 'bench',
    SIGNUP_CREDITS: '1000000000',
    SHUTDOWN_GRACE_MS: '1000',
    TUTOR_CONCURRENCY: '2048',
    CONNECTIONS: '0',
    CONNECTIONS_PER_ADDRESS: '0',
    RATE_ASKS_PER_MINUTE: '0',
    RATE_MUTATIONS_PER_MINUTE: '0',
    RATE_COST_PER_MINUTE: '0',
    RATE_LOGIN_FAILURES_PER_ACCOUNT: '0',
    RATE_LOGIN_FAILURES_PER_ADDRESS: '0',
    RATE_REGISTRATIONS_PER_ADDRESS: '0',
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

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

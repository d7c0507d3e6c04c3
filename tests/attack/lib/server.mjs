// The real server as a process of its own, with the settings of production, and what the system says of it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';

const ROOT = join(import.meta.dirname, '../../..');
const READY_WITHIN_MS = 30_000;
const SAMPLE_MS = 50;
const MIB = 1024 * 1024;

/** The same for every server on a folder: tokens of the school stay good. */
const JWT_SECRET = randomBytes(48).toString('base64url');

const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A program with nothing of our environment but the path, which dies with this process. */
export function launch(args, env, stdio) {
  const child = spawn(process.execPath, args, { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, stdio });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

export async function startServer(folder, more = {}) {
  const logFile = join(folder, `server-${performance.now()}.log`);
  const log = openSync(logFile, 'w');
  const env = { NODE_ENV: 'production', PORT: '0', DATA_DIR: join(folder, 'data'), JWT_SECRET, ...more };
  const child = launch(['--inspect=127.0.0.1:0', 'dist/main.js'], env, ['ignore', log, log]);
  const exited = once(child, 'exit');
  const inLog = (pattern) => pattern.exec(readFileSync(logFile, 'utf8'))?.[1] ?? null;
  let port = null;
  for (const begun = performance.now(); port === null; await pause(20)) {
    port = inLog(/"url":"http:\/\/[^:]+:(\d+)"/);
    if (child.exitCode !== null || performance.now() - begun > READY_WITHIN_MS) {
      throw new Error(`the server did not start: ${readFileSync(logFile, 'utf8')}`);
    }
  }
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  return {
    port: Number(port),
    logFile,
    isAlive,
    logMib: () => statSync(logFile).size / MIB,
    memoryMib: () => (isAlive() ? residentMib(child.pid) : Number.NaN),
    /** Looks at the memory until `stop`, which gives the most that was seen. */
    watchMemory() {
      let peak = 0;
      const look = () => {
        if (isAlive()) peak = Math.max(peak, residentMib(child.pid));
      };
      const timer = setInterval(look, SAMPLE_MS);
      return {
        stop() {
          clearInterval(timer);
          look();
          return peak;
        },
      };
    },
    /** Which V8 itself puts off while memory is not short. */
    collectGarbage: () => collectGarbage(inLog(/(ws:\/\/127\S+)/)),
    async stop() {
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(killing);
    },
  };
}

async function collectGarbage(inspector) {
  const socket = new WebSocket(inspector);
  await once(socket, 'open');
  for (let id = 1; id <= 3; id++) {
    socket.send(JSON.stringify({ id, method: 'HeapProfiler.collectGarbage' }));
    await once(socket, 'message');
  }
  socket.close();
}

function residentMib(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

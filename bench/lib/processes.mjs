// Starts the processes beside the load, each on its core, and ends all that were started.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LOAD_CORE, pinned } from './proc.mjs';

const running = new Set();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts Node with nothing of our environment but the path: a developer's own settings change no figure. */
export function launch(name, core, args, env = {}, stdout = 'inherit') {
  const [command, list] = pinned(core, process.execPath, args);
  const child = spawn(command, list, {
    cwd: join(import.meta.dirname, '../..'),
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', stdout, 'inherit'],
  });
  running.add(child);
  child.once('exit', (code, signal) => {
    running.delete(child);
    if (child.wanted) return;
    console.error(`The process "${name}" ended by itself (${code ?? signal}).`);
    process.exit(1);
  });
  return child;
}

/** Starts a file of this folder that prints the port it listens on. */
export async function startProcess(name, core, file, env) {
  const child = launch(name, core, [join(import.meta.dirname, file)], env, 'pipe');
  const [port] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { pid: child.pid, port: Number(port), stop: () => stop(child) };
}

/** Runs Node to its end. */
export async function run(name, args, env) {
  const child = launch(name, LOAD_CORE, args, env);
  child.wanted = true;
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`"${name}" failed`);
}

export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.wanted = true;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(kill);
}

export async function stopAll() {
  await Promise.all([...running].map(stop));
}

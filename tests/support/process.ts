import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { knownDatabaseOf } from './database.js';
import { afterTest } from './server.js';

export const ROOT = join(import.meta.dirname, '../..');

export interface RunningProcess {
  child: ChildProcess;
  /** What it has printed so far, both streams together. */
  output(): string;
  /** The first match in what it prints; fails when it exits without one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Its exit code, once it has ended. */
  exited: Promise<number | null>;
}

/** Runs a file with the project's own Node, in the project's folder; killed after the test. */
export function runNode(args: string[], env: Record<string, string> = {}): RunningProcess {
  const base = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  const whole = { ...base, ...knownDatabaseOf(env.DATA_DIR), ...env };
  const child = spawn(join(ROOT, 'node_modules/.bin/node'), args, { cwd: ROOT, env: whole });
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      for (const listener of listeners) listener();
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  afterTest(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return {
    child,
    output: () => output,
    exited,
    printed(pattern) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        exited.then((code) => reject(new Error(`exited with ${code} before it printed ${pattern}:\n${output}`)));
        look();
      });
    },
  };
}

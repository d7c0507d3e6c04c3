import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { databaseOf, knownDatabaseOf } from '../support/database.js';
import { afterTest } from '../support/server.js';

export interface Process {
  stdout(): string;
  stderr(): string;
  /** Resolves when stdout holds the text, with all of stdout so far; fails when the process ends without it. */
  says(text: string): Promise<string>;
  /** Resolves to the first so many lines of stdout that hold the text; fails when the process ends before. */
  saysTimes(text: string, times: number): Promise<string[]>;
  signal(name: NodeJS.Signals): void;
  /** Ends the process's standard input. */
  closeInput(): void;
  /** The exit code, or the signal that killed it, when it is gone and its output is read. */
  readonly exit: Promise<number | NodeJS.Signals | null>;
}

/** A program of the build as a person would start it: only the given variables are set. Killed after the test. */
export function runProcess(
  program: string,
  args: string[],
  env: Record<string, string>,
  { cwd }: { cwd?: string } = {},
): Process {
  const file = fileURLToPath(new URL(`../../${program}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...knownDatabaseOf(env.DATA_DIR), ...env },
    ...(cwd !== undefined && { cwd }),
  });
  let stdout = '';
  let stderr = '';
  let wake = Promise.withResolvers<void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    wake.resolve();
    wake = Promise.withResolvers();
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  let over = false;
  const exit = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      wake.resolve();
      resolve(code ?? signal);
    });
  });
  afterTest(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    async says(text) {
      while (!stdout.includes(text)) {
        if (over) throw new Error(`the process ended without saying ${text}: ${stdout}${stderr}`);
        await wake.promise;
      }
      return stdout;
    },
    async saysTimes(text, times) {
      for (;;) {
        // What follows the last line break is not a whole line yet.
        const lines = stdout.split('\n').slice(0, -1);
        const found = lines.filter((line) => line.includes(text));
        if (found.length >= times) return found.slice(0, times);
        if (over) throw new Error(`the process ended without saying ${text} ${times} times: ${stdout}${stderr}`);
        await wake.promise;
      }
    },
    signal: (name) => void child.kill(name),
    closeInput: () => void child.stdin.end(),
    exit,
  };
}

/** The server as a process on a free port, when it listens. */
export async function runServer(
  env: Record<string, string>,
  program = 'dist/main.js',
): Promise<Process & { url: string }> {
  if (env.DATA_DIR !== undefined) await databaseOf(env.DATA_DIR);
  const running = runProcess(program, [], { PORT: '0', ...env });
  const url = /"url":"([^"]+)"/.exec(await running.says('"listening"'))?.[1] ?? '';
  return { ...running, url };
}

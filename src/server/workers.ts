import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { Config } from '../shared/config.js';
import { ConfigError } from './config.js';
import { onStopSignals } from './stop-signals.js';

const MOST_WORKERS = 256;
const LAST_PORT = 65_535;
/** Between the death of a worker and the next in its place. */
const RESTART_MS = 1000;

/**
 * The number that `--workers` names, 1 without it.
 * @throws ConfigError also for a setting that several workers cannot share
 */
export function workersOf(args: readonly string[], { metrics }: Pick<Config, 'metrics'>): number {
  const remedy = `Write --workers N, with N from 1 to ${MOST_WORKERS}.`;
  let given: string | undefined;
  try {
    given = parseArgs({ args: [...args], options: { workers: { type: 'string' } } }).values.workers;
  } catch (error) {
    throw new ConfigError(`${error instanceof Error ? error.message : error} ${remedy}`);
  }
  if (given === undefined) return 1;
  const count = Number(given);
  if (!/^\d+$/.test(given) || count < 1 || count > MOST_WORKERS) {
    throw new ConfigError(`--workers cannot be ${given}. ${remedy}`);
  }
  if (count > 1 && metrics.token !== null) {
    throw new ConfigError(
      'METRICS_TOKEN cannot be used with --workers: on the main port each reading would be of another worker. ' +
        'Set METRICS_PORT instead: worker k listens on METRICS_PORT + k.',
    );
  }
  if ((metrics.port ?? 0) + count - 1 > LAST_PORT) {
    throw new ConfigError(`METRICS_PORT is too high for ${count} workers, who take as many ports from it on.`);
  }
  return count;
}

/**
 * Keeps so many processes that listen together, each a whole server: the first migrates the database, one that dies is
 * replaced, and a signal to stop goes to all of them. Resolves to the exit code when all have ended.
 */
export async function superviseWorkers(count: number, log: (line: string) => void): Promise<number> {
  let isStopping = false;
  let code = 0;
  const stop = (signal: NodeJS.Signals) => {
    isStopping = true;
    for (const worker of all()) worker.process.kill(signal);
  };
  onStopSignals(stop, () => {
    code = 1;
    stop('SIGKILL');
  });

  const keep = async (number: number): Promise<void> => {
    let hasListened = false;
    while (!isStopping) {
      const worker = cluster.fork({ LECTERN_WORKER: String(number) });
      worker.once('listening', () => {
        hasListened = true;
        started[number]?.resolve();
      });
      const [exitCode, signal] = await once(worker, 'exit');
      if (isStopping) {
        // Whoever is told to stop while it starts ends by the signal.
        if (exitCode !== 0 && signal !== 'SIGTERM' && signal !== 'SIGINT') code ||= Number(exitCode) || 1;
        break;
      }
      if (!hasListened) {
        // What hinders one at the first start hinders all. Later it is a database that is away, say: others go on.
        code = Number(exitCode) || 1;
        stop('SIGTERM');
        break;
      }
      log(`worker ${number} ended (${signal ?? `code ${exitCode}`}): another takes its place`);
      await new Promise((resolve) => setTimeout(resolve, RESTART_MS));
    }
    started[number]?.resolve();
  };
  const started = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const kept = [keep(0)];
  await started[0]?.promise;
  for (let number = 1; number < count && !isStopping; number++) kept.push(keep(number));
  await Promise.all(kept);
  return code;
}

function all(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

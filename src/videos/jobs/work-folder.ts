import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../shared/app.js';
import type { JobRow } from './job.row.js';

/** No request takes so long: a part that is still there was left by a process that died. */
const PARTS_FOR_MS = 3_600_000;

/**
 * Where a job keeps what it has made so far. Another one once it is retried by hand: the worker of before may still be
 * clearing its own away.
 */
export function workFolder({ config }: App, { id, startedAt }: Pick<JobRow, 'id' | 'startedAt'>): string {
  return join(config.dataDir, 'work', `job-${id}-${startedAt}`);
}

/** Removes what processes that died have left of jobs that are over, and of requests. */
export async function sweepWork(app: App): Promise<void> {
  const folder = join(app.config.dataDir, 'work');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const [, jobId, startedAt] = /^job-(\d+)-(\d+)$/.exec(name) ?? [];
    const stale = jobId ? await isOver(app, Number(jobId), Number(startedAt)) : await isOld(path);
    if (stale) await rm(path, { recursive: true, force: true });
  }
}

async function isOver(app: App, jobId: number, startedAt: number): Promise<boolean> {
  const open = await app.read
    .selectFrom('processingJobs')
    .select('id')
    .where('id', '=', jobId)
    .where('startedAt', '=', startedAt)
    .where('status', 'in', ['QUEUED', 'RUNNING'])
    .executeTakeFirst();
  return open === undefined;
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > PARTS_FOR_MS;
}

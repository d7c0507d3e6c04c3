import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { App } from '../../shared/app.js';

/** No request takes so long: a part that is still there was left by a process that died. */
const PARTS_FOR_MS = 3_600_000;

/** Where a job keeps what it has made so far. */
export function workFolder({ config }: App, jobId: number): string {
  return join(config.dataDir, 'work', `job-${jobId}`);
}

/** Removes what processes that died have left of jobs that are over, and of requests. */
export async function sweepWork(app: App): Promise<void> {
  const folder = join(app.config.dataDir, 'work');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const jobId = /^job-(\d+)$/.exec(name)?.[1];
    const stale = jobId ? await isOver(app, Number(jobId)) : await isOld(path);
    if (stale) await rm(path, { recursive: true, force: true });
  }
}

async function isOver(app: App, jobId: number): Promise<boolean> {
  const job = await app.read.selectFrom('processingJobs').select('status').where('id', '=', jobId).executeTakeFirst();
  return job?.status !== 'QUEUED' && job?.status !== 'RUNNING';
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs > PARTS_FOR_MS;
}

import { abortable } from '../../shared/abortable.js';
import type { RequestContext } from '../../shared/request-context.js';
import { type JobFields, job as readableJob } from './job.queries.js';
import { hearOfJob } from './job-news.js';

/**
 * A job as it is, then as it changes, until it has ended; the last is how it ended. Ends too when the viewer may not
 * know of the job any more.
 */
export function followJob(ctx: RequestContext, id: number): AsyncGenerator<JobFields, void> {
  return abortable(async function* (signal) {
    const news = hearOfJob(ctx, id);
    try {
      let shown = '';
      while (!signal.aborted) {
        const job = await readableJob.find(ctx, id);
        if (!job) return;
        const state = JSON.stringify(job);
        if (state !== shown) yield job;
        shown = state;
        if (job.status !== 'QUEUED' && job.status !== 'RUNNING') return;
        await news.next(signal);
      }
    } finally {
      news.leave();
    }
  });
}

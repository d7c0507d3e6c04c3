import { type App, transaction } from '../../shared/app.js';
import type { ParsedCue } from '../captions.js';
import { JobRow } from '../jobs/job.row.js';
import type { RunningJob } from '../jobs/running-job.js';
import { SpeechPartRow } from './speech-part.row.js';

/** What earlier attempts have heard, by the number of the part. */
export async function keptParts(
  app: App,
  jobId: number,
): Promise<Map<number, { cues: ParsedCue[]; language: string | null }>> {
  const rows = await app.read
    .selectFrom('speechParts')
    .select(['number', 'cues', 'language'])
    .where('jobId', '=', jobId)
    .execute();
  return new Map(rows.map(({ number, cues, language }) => [number, { cues: JSON.parse(cues), language }]));
}

/** Keeps what was heard, as long as the job is this worker's. */
export async function keepPart(
  { app, row }: RunningJob,
  part: Pick<SpeechPartRow, 'number' | 'cues' | 'language' | 'audioSeconds' | 'counted'>,
): Promise<void> {
  await transaction(app, async (em) => {
    await app.statements.within(em).lock('processingJobs', row.id);
    const ours = await em.count(JobRow, { id: row.id, status: 'RUNNING', leaseNumber: row.leaseNumber });
    if (ours > 0) await em.insert(SpeechPartRow, { jobId: row.id, ...part });
  });
  await app.checkpoint('speech.part-kept');
}

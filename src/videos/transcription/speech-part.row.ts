import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../../shared/tables.js';
import type { ParsedCue } from '../captions.js';
import { JobRow } from '../jobs/job.row.js';

/**
 * What the model heard in one part of a video: kept until the job has ended well, so that nobody pays a provider
 * twice for a part when a worker dies or a later part fails.
 */
export const SpeechPartRow = defineEntity({
  name: 'SpeechPartRow',
  tableName: 'speech_parts',
  properties: {
    id: p.integer().primary(),
    jobId: () => p.manyToOne(JobRow).mapToPk().fieldName('job_id').index(false),
    /** From 0. */
    number: p.integer(),
    /** Times count from the part's own beginning. */
    cues: p.json<ParsedCue[]>(),
    /** As the model named it. */
    language: p.string().nullable(),
    audioSeconds: p.double().$type<number>(),
    /** Whether the provider counted the seconds itself. */
    counted: p.boolean(),
  },
  uniques: [{ properties: ['jobId', 'number'] }],
});
export type SpeechPartRow = InferEntity<typeof SpeechPartRow>;

declare module '../../shared/tables.js' {
  interface Tables {
    speechParts: Omit<Columns<SpeechPartRow>, 'cues'> & { cues: string };
  }
}

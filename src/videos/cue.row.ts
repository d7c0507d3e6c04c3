import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../shared/tables.js';
import { RevisionRow } from './revision.row.js';

/** A timed line of a transcript's revision. Its id is `cueId()` of both: ids rise with time within a revision. */
export const CueRow = defineEntity({
  name: 'CueRow',
  tableName: 'transcript_cues',
  properties: {
    id: p.integer().primary(),
    revisionId: () => p.manyToOne(RevisionRow).mapToPk().fieldName('revision_id').index(false),
    startMs: p.integer(),
    endMs: p.integer(),
    text: p.text(),
  },
  indexes: [{ properties: ['revisionId', 'startMs'] }],
});
export type CueRow = InferEntity<typeof CueRow>;

declare module '../shared/tables.js' {
  interface Tables {
    transcriptCues: Columns<CueRow>;
  }
}

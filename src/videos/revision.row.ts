import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../shared/tables.js';

/**
 * One text of a transcript. Its cues are staged in small batches while readers still have the previous revision;
 * then `transcripts.revision_id` is switched in one transaction.
 */
export const RevisionRow = defineEntity({
  name: 'RevisionRow',
  tableName: 'transcript_revisions',
  properties: {
    id: p.integer().primary(),
    createdAt: p.bigint('number'),
    /** When another revision took its place. */
    retiredAt: p.bigint('number').nullable(),
  },
});
export type RevisionRow = InferEntity<typeof RevisionRow>;

declare module '../shared/tables.js' {
  interface Tables {
    transcriptRevisions: Columns<RevisionRow>;
  }
}

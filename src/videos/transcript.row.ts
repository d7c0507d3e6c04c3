import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { LessonRow } from '../courses/lesson.row.js';
import type { Columns } from '../shared/tables.js';
import { RevisionRow } from './revision.row.js';

/** What is said in a lesson, in one language. Keeps its id when its text is replaced. */
export const TranscriptRow = defineEntity({
  name: 'TranscriptRow',
  tableName: 'transcripts',
  properties: {
    id: p.integer().primary(),
    lessonId: () => p.manyToOne(LessonRow).mapToPk().fieldName('lesson_id').index(false),
    /** BCP 47, in canonical form. */
    language: p.string(),
    revisionId: () => p.manyToOne(RevisionRow).mapToPk().fieldName('revision_id').index(),
    cueCount: p.integer(),
    /** The latest end of a cue that ends after it begins. */
    durationMs: p.integer(),
    createdAt: p.bigint('number'),
    updatedAt: p.bigint('number'),
  },
  uniques: [{ properties: ['lessonId', 'language'] }],
});
export type TranscriptRow = InferEntity<typeof TranscriptRow>;

declare module '../shared/tables.js' {
  interface Tables {
    transcripts: Columns<TranscriptRow>;
  }
}

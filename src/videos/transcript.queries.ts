import type { App } from '../shared/app.js';
import { batched } from '../shared/batch.js';
import { Statement } from '../shared/statement.js';
import type { Columns } from '../shared/tables.js';
import type { CueRow } from './cue.row.js';
import type { TranscriptRow } from './transcript.row.js';

export type TranscriptFields = Pick<
  Columns<TranscriptRow>,
  'id' | 'lessonId' | 'language' | 'revisionId' | 'cueCount' | 'durationMs'
>;

export type CueFields = Pick<CueRow, 'id' | 'startMs' | 'endMs' | 'text'>;

const FIELDS = ['id', 'lessonId', 'language', 'revisionId', 'cueCount', 'durationMs'] as const;

/** The transcripts of each lesson, the first loaded first; for lessons that the viewer was already allowed to read. */
export const transcriptsByLesson = batched(async (ctx, lessonIds: readonly number[]) => {
  const rows = await ctx.read
    .selectFrom('transcripts')
    .select(FIELDS)
    .where('lessonId', 'in', lessonIds)
    .orderBy('id')
    .execute();
  return Map.groupBy(rows, (row) => row.lessonId);
});

/** The whole text of each revision, by time. */
export const cuesByRevision = batched(async (ctx, revisionIds: readonly number[]) => {
  const rows = await ctx.read
    .selectFrom('transcriptCues')
    .select(['id', 'revisionId', 'startMs', 'endMs', 'text'])
    .where('revisionId', 'in', revisionIds)
    .orderBy('revisionId')
    .orderBy('id')
    .execute();
  return Map.groupBy(rows, (row) => row.revisionId);
});

/** The next cues of a revision after the one with this id (0 for the first), by time. */
export function cuesAfter(app: App, revisionId: number, id: number, limit: number): Promise<CueFields[]> {
  return app.read
    .selectFrom('transcriptCues')
    .select(['id', 'startMs', 'endMs', 'text'])
    .where('revisionId', '=', revisionId)
    .where('id', '>', id)
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** The transcripts of a lesson, the first loaded first. */
export function transcriptsOf(app: App, lessonId: number): Promise<TranscriptFields[]> {
  return app.statements.read(ofLesson, { lessonId });
}

const ofLesson = new Statement<{ lessonId: number }, TranscriptFields>((db, { lessonId }) =>
  db.selectFrom('transcripts').select(FIELDS).where('lessonId', '=', lessonId).orderBy('id'),
);

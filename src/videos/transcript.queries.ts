import type { App } from '../shared/app.js';
import { batched } from '../shared/batch.js';
import { secondsOf, toMany } from '../shared/relation.js';
import { columnsOf, type RowOf, source } from '../shared/source.js';
import { Statement } from '../shared/statement.js';
import type { CueRow } from './cue.row.js';

const transcripts = source('transcripts', ['id', 'lessonId', 'language', 'revisionId', 'cueCount', 'durationMs']);

export type TranscriptFields = RowOf<typeof transcripts>;

export type CueFields = Pick<CueRow, 'id' | 'startMs' | 'endMs' | 'text'>;

/** The transcripts of a lesson that the viewer was already allowed to read, the first loaded first. */
export const transcriptsOf = toMany(transcripts, 'lessonId', { orderBy: 'id' });

export const durationOf = secondsOf('durationMs');

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

/** The same as `transcriptsOf`, for a question. */
export function readTranscripts(app: App, lessonId: number): Promise<TranscriptFields[]> {
  return app.statements.read(ofLesson, { lessonId });
}

const ofLesson = new Statement<{ lessonId: number }, TranscriptFields>((db, { lessonId }) =>
  db.selectFrom('transcripts').select(columnsOf(transcripts)).where('lessonId', '=', lessonId).orderBy('id'),
);

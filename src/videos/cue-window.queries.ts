import { sql } from 'kysely';
import { batched } from '../shared/batch.js';
import type { RequestContext } from '../shared/request-context.js';
import type { CueFields } from './transcript.queries.js';

/** A part of a transcript. Bounds in milliseconds, the end not included. */
export interface CueWindow {
  revisionId: number;
  fromMs: number;
  toMs: number;
  limit: number;
}

/**
 * The cues that overlap a window, by time. Windows with the same bounds (those of all transcripts that one field of an
 * operation asks for) are read in one statement.
 */
export const cuesInWindow = batched(async (ctx, windows: readonly CueWindow[]) => {
  const found = new Map<CueWindow, CueFields[]>();
  const byBounds = Map.groupBy(windows, ({ fromMs, toMs, limit }) => `${fromMs} ${toMs} ${limit}`);
  for (const alike of byBounds.values()) {
    const cues = Map.groupBy(await readWindows(ctx, alike), (cue) => cue.revisionId);
    for (const window of alike) found.set(window, cues.get(window.revisionId) ?? []);
  }
  return found;
});

async function readWindows(ctx: RequestContext, windows: readonly CueWindow[]) {
  const [first] = windows;
  if (!first) return [];
  const { fromMs, toMs, limit } = first;
  const overlapping = ctx.read
    .selectFrom('transcriptCues')
    .select(['id', 'revisionId', 'startMs', 'endMs', 'text'])
    .select(sql<number>`row_number() over (partition by revision_id order by id)`.as('place'))
    .where(
      'revisionId',
      'in',
      windows.map(({ revisionId }) => revisionId),
    )
    .where('startMs', '<', toMs)
    // A cue that does not end after it begins is the moment of its begin.
    .where((eb) => eb.or([eb('endMs', '>', fromMs), eb('startMs', '>=', fromMs)]));
  return ctx.read
    .selectFrom(overlapping.as('cues'))
    .select(['id', 'revisionId', 'startMs', 'endMs', 'text'])
    .where('place', '<=', limit)
    .orderBy('id')
    .execute();
}

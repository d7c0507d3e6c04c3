import { type App, transaction } from '../shared/app.js';
import { CueRow } from './cue.row.js';
import { RevisionRow } from './revision.row.js';

/** Operations that read a retired revision have ended by then. */
const RETIRED_FOR_MS = 60_000;
/** No file takes so long to stage: a revision that was never switched to was left by a process that died. */
const STAGED_FOR_MS = 3_600_000;
const CUES_PER_BATCH = 100;

/** Removes the texts that no transcript uses any more. Runs after a transcript was set and when the server starts. */
export async function removeUnusedRevisions(app: App): Promise<void> {
  const now = app.clock.now();
  const unused = await app.read
    .selectFrom('transcriptRevisions')
    .select('id')
    .where('id', 'not in', (eb) => eb.selectFrom('transcripts').select('revisionId'))
    .where((eb) => eb.or([eb('retiredAt', '<', now - RETIRED_FOR_MS), eb('createdAt', '<', now - STAGED_FOR_MS)]))
    .execute();
  for (const { id } of unused) await removeRevision(app, id);
}

async function removeRevision(app: App, revisionId: number): Promise<void> {
  for (;;) {
    const cues = await app.read
      .selectFrom('transcriptCues')
      .select('id')
      .where('revisionId', '=', revisionId)
      .limit(CUES_PER_BATCH)
      .execute();
    if (cues.length === 0) break;
    const ids = cues.map(({ id }) => id);
    await transaction(app, (em) => em.nativeDelete(CueRow, { id: { $in: ids } }));
    await transaction(app, (em) => app.dialect.mergeCueIndex(em));
  }
  await transaction(app, (em) => em.nativeDelete(RevisionRow, { id: revisionId }));
}

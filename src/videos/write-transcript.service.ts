import { setImmediate } from 'node:timers/promises';
import type { EntityManager } from '@mikro-orm/sql';
import { type App, transaction } from '../shared/app.js';
import type { ParsedCue } from './captions.js';
import { CueRow } from './cue.row.js';
import { cueId } from './cue-id.js';
import { RevisionRow } from './revision.row.js';
import { TranscriptRow } from './transcript.row.js';

/** Takes 3-8 ms to write: whoever else wants to write waits no longer than that. */
const CUES_PER_BATCH = 100;

/** A text that is staged: readers do not see it yet. */
export interface StagedText {
  revisionId: number;
  cueCount: number;
  durationMs: number;
}

/** Writes cues in small transactions, for `switchTranscript` to show. What is never shown is removed after an hour. */
export async function stageCues(app: App, cues: readonly ParsedCue[]): Promise<StagedText> {
  const revisionId = await transaction(app, (em) => em.insert(RevisionRow, { createdAt: app.clock.now() }));
  for (let from = 0; from < cues.length; from += CUES_PER_BATCH) {
    const batch = cues
      .slice(from, from + CUES_PER_BATCH)
      .map((cue, index) => ({ id: cueId(revisionId, from + index), ...cue, revisionId }));
    await transaction(app, async (em) => {
      await em.insertMany(CueRow, batch);
      await app.dialect.indexCues(em, batch);
    });
    await transaction(app, (em) => app.dialect.mergeCueIndex(em));
    await setImmediate();
  }
  return { revisionId, cueCount: cues.length, durationMs: durationOf(cues) };
}

/** Shows a staged text as the lesson's transcript in a language, in the caller's transaction, which locks the course. */
export async function switchTranscript(
  app: App,
  em: EntityManager,
  { lessonId, language }: { lessonId: number; language: string },
  staged: StagedText,
): Promise<TranscriptRow> {
  const now = app.clock.now();
  const text = { ...staged, updatedAt: now };
  let row = await em.findOne(TranscriptRow, { lessonId, language });
  if (row) {
    await em.nativeUpdate(RevisionRow, { id: row.revisionId }, { retiredAt: now });
    em.assign(row, text);
  } else {
    row = em.create(TranscriptRow, { lessonId, language, createdAt: now, ...text });
  }
  await em.flush();
  return row;
}

function durationOf(cues: readonly ParsedCue[]): number {
  return cues.reduce((latest, { startMs, endMs }) => (endMs > startMs ? Math.max(latest, endMs) : latest), 0);
}

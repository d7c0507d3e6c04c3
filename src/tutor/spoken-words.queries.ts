import { setImmediate } from 'node:timers/promises';
import type { App } from '../shared/app.js';
import { cuesAfter, type TranscriptFields } from '../videos/transcript.queries.js';
import { SpokenWords } from './spoken-words.js';

/** Takes 1-4 ms to read and index: nobody waits longer than that for a long transcript that is asked about first. */
const CUES_PER_BATCH = 250;
/** About 1 kB each. A lecture of an hour has some 1,300 cues, so that some thirty lectures are kept. */
const MOST_CUES_KEPT = 40_000;

/** The words of a transcript by place: read with the first question about it, and kept for those that follow. */
export function spokenWords(app: App, transcript: TranscriptFields): Promise<SpokenWords> {
  const kept = keptByDatabase.get(app.read) ?? new Map<number, Entry>();
  keptByDatabase.set(app.read, kept);
  // The text of a revision never changes, and its id is never given again.
  const { revisionId } = transcript;
  const entry = kept.get(revisionId) ?? { cueCount: transcript.cueCount, said: read(app, transcript) };
  entry.said.catch(() => kept.delete(revisionId));
  // Set again, so that it is the last to be dropped.
  kept.delete(revisionId);
  kept.set(revisionId, entry);
  drop(kept);
  return entry.said;
}

interface Entry {
  cueCount: number;
  said: Promise<SpokenWords>;
}

const keptByDatabase = new WeakMap<App['read'], Map<number, Entry>>();

/** What was asked about longest ago goes first; the latest stays, however long it is. */
function drop(kept: Map<number, Entry>): void {
  let cues = 0;
  for (const [revisionId, { cueCount }] of [...kept].reverse()) {
    cues += cueCount;
    if (cues > MOST_CUES_KEPT && cues > cueCount) kept.delete(revisionId);
  }
}

async function read(app: App, { revisionId, language }: TranscriptFields): Promise<SpokenWords> {
  const said = new SpokenWords(language);
  for (;;) {
    const cues = await cuesAfter(app, revisionId, said.cues.at(-1)?.id ?? 0, CUES_PER_BATCH);
    said.add(cues);
    if (cues.length < CUES_PER_BATCH) return said;
    await setImmediate();
  }
}

import type { Phrase } from './moment-query.policy.js';
import { occurrences } from './snippet.policy.js';
import { unitsOf } from './units.js';

/** A cue that matches, by what the index knows of it. */
export interface Match {
  id: number;
  score: number;
}

/** Ranking looks at no more matches than these: among more, which are best nobody can tell, and a common word has millions. */
export const MOST_MATCHES = 10_000;
/** Of so many, the best by where they stand, the text is read too: how often and how briefly the words are said. */
export const READ = 200;

const CUES_AROUND = 5;
const IN_ORDER = 500;
const TO_BE_READ = 10_000;
/** As in BM25: how soon further utterances stop to count, and how much a long cue is less than a short one. */
const [K1, B, USUAL_UNITS] = [1.2, 0.75, 10];

/**
 * Scores matches (ascending ids) by where they stand, which their ids alone tell: said again within five cues, said
 * often in the lesson, said in the order asked. BM25's rarity says nothing here: every match holds every word.
 */
export function scoreByPlace(
  ids: readonly number[],
  revisionOf: (id: number) => number,
  inOrder: Set<number>,
): Match[] {
  const inLesson = new Map<number, number>();
  for (const id of ids) inLesson.set(revisionOf(id), (inLesson.get(revisionOf(id)) ?? 0) + 1);
  let [first, last] = [0, 0];
  return ids.map((id) => {
    while ((ids[first] ?? id) < id - CUES_AROUND) first++;
    while ((ids[last] ?? Number.POSITIVE_INFINITY) <= id + CUES_AROUND) last++;
    const often = Math.log2(1 + (inLesson.get(revisionOf(id)) ?? 1));
    return { id, score: Math.round(10 * (last - first) + 10 * often) + (inOrder.has(id) ? IN_ORDER : 0) };
  });
}

/** Adds to the score of a match what its text says; those that were read stand before those that were not. */
export function scoreByText(score: number, text: string, phrases: readonly Phrase[]): number {
  const units = unitsOf(text);
  const length = 1 - B + (B * units.length) / USUAL_UNITS;
  const said = phrases.map((phrase) => {
    const times = occurrences(units, phrase).length;
    return times / (times + K1 * length);
  });
  const mean = said.reduce((sum, each) => sum + each, 0) / phrases.length;
  return TO_BE_READ + score + Math.round(300 * mean);
}

/** The best first; of equals the one that was written first. */
export function byRank(a: Match, b: Match): number {
  return b.score - a.score || a.id - b.id;
}

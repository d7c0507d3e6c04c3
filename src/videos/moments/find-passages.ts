import { cueId, positionOfCue, revisionOfCue } from '../cue-id.js';
import type { FoundPassage, PassageSearch } from './cue-index.js';
import type { CourseRevision, CueStatements } from './cue-statements.js';

const CUES_AROUND = 3;
const MOST_MATCHES_PER_WORD = 1000;
const MOST_WORDS = 12;

/**
 * The stretches of a course's other lessons in which the words are said, at least half of them, each by its rarity in the
 * course; the best first. A stretch is a cue with those around it.
 */
export function findPassages(sql: CueStatements, search: PassageSearch): Promise<FoundPassage[]> {
  return sql.inSnapshot(async () => {
    const readable = await sql.revisions(search);
    const revisions = readable.filter(({ lessonId }) => lessonId !== search.exceptLessonId);
    const byId = new Map(revisions.map((revision) => [revision.revisionId, revision]));
    const passages: FoundPassage[] = [];
    for (const center of await bestStretches(sql, search, [...byId.keys()])) {
      const revision = byId.get(revisionOfCue(center));
      if (revision) passages.push(await passageAround(sql, center, revision));
    }
    return passages;
  });
}

/** Ids of the cues around which most is said, no two of them in one stretch. */
async function bestStretches(
  sql: CueStatements,
  { words, most }: PassageSearch,
  revisionIds: readonly number[],
): Promise<number[]> {
  const bounds = { upTo: Number.MAX_SAFE_INTEGER, limit: MOST_MATCHES_PER_WORD };
  const said: number[][] = [];
  for (const forms of words.slice(0, MOST_WORDS)) {
    const ids = new Set<number>();
    for (const form of forms) for (const id of await sql.matchesWithin([form], revisionIds, bounds)) ids.add(id);
    said.push([...ids]);
  }
  const stretches = new Map<number, { score: number; words: number }>();
  for (const ids of said) {
    const rarity = 1 / Math.log2(2 + ids.length);
    const near = new Map<number, number>();
    for (const id of ids) {
      for (let offset = -CUES_AROUND; offset <= CUES_AROUND; offset++) {
        const weight = rarity / (1 + Math.abs(offset));
        near.set(id + offset, Math.max(near.get(id + offset) ?? 0, weight));
      }
    }
    for (const [id, weight] of near) {
      const { score, words: before } = stretches.get(id) ?? { score: 0, words: 0 };
      stretches.set(id, { score: score + weight, words: before + 1 });
    }
  }
  const best: number[] = [];
  const isSaid = new Set(said.flat());
  const candidates = [...stretches]
    .filter(([id, stretch]) => isSaid.has(id) && stretch.words * 2 >= said.length)
    .sort(([a, x], [b, y]) => y.score - x.score || a - b);
  for (const [id] of candidates) {
    if (best.length === most) break;
    if (best.every((other) => Math.abs(other - id) > 2 * CUES_AROUND)) best.push(id);
  }
  return best;
}

async function passageAround(sql: CueStatements, center: number, revision: CourseRevision): Promise<FoundPassage> {
  const { lessonId, language } = revision;
  const from = Math.max(0, positionOfCue(center) - CUES_AROUND);
  const ids = Array.from({ length: positionOfCue(center) + CUES_AROUND - from + 1 }, (_, offset) =>
    cueId(revision.revisionId, from + offset),
  );
  const found = await sql.cues(ids);
  const cues = found.map(({ id, startMs, endMs, text }) => ({ position: positionOfCue(id), startMs, endMs, text }));
  return { lessonId, language, cues: cues.sort((a, b) => a.position - b.position) };
}

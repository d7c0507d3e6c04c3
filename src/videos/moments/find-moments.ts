import { revisionOfCue } from '../cue-id.js';
import { type FoundMoments, MOST_COUNTED, type MomentSearch } from './cue-index.js';
import type { CueStatements } from './cue-statements.js';
import type { Phrase } from './moment-query.policy.js';
import { byRank, type Match, MOST_MATCHES, READ, scoreByPlace, scoreByText } from './rank.policy.js';
import { snippetOf } from './snippet.policy.js';

/** A page of the moments that hold all phrases, the best first. */
export function findMoments(sql: CueStatements, search: MomentSearch): Promise<FoundMoments> {
  return sql.inSnapshot(async () => {
    const { phrases, after, limit } = search;
    const ranked = await rank(sql, phrases, await matching(sql, search));
    const page = ranked.filter((match) => isAfter(match, after)).slice(0, limit);
    const cues = new Map((await sql.cues(page.map(({ id }) => id))).map((cue) => [cue.id, cue]));
    return {
      total: Math.min(ranked.length, MOST_COUNTED),
      moments: page.flatMap(({ id, score }) => {
        const cue = cues.get(id);
        if (!cue) return [];
        const { lessonId, startMs, endMs, text } = cue;
        return [{ id, score, lessonId, startMs, endMs, snippet: snippetOf(text, phrases) }];
      }),
    };
  });
}

/** The first matches by id, scored by where they stand: new transcripts have higher ids and leave them as they are. */
async function matching(sql: CueStatements, search: MomentSearch): Promise<Match[]> {
  const find = await finder(sql, search);
  const ids = await find(search.phrases, Number.MAX_SAFE_INTEGER);
  const inOrder = joined(search.phrases);
  // No further than was looked at anyway: three of the commonest words stand nowhere side by side.
  const said = inOrder && ids.length > 0 ? await find([inOrder], ids.at(-1) ?? 0) : [];
  return scoreByPlace(ids, revisionOfCue, new Set(said));
}

async function finder(sql: CueStatements, { viewer, courseId }: MomentSearch) {
  if (courseId === null) {
    return (phrases: readonly Phrase[], upTo: number) => sql.matches(phrases, viewer, { upTo, limit: MOST_MATCHES });
  }
  const revisions = await sql.revisions({ viewer, courseId });
  const revisionIds = revisions.map(({ revisionId }) => revisionId);
  return (phrases: readonly Phrase[], upTo: number) =>
    sql.matchesWithin(phrases, revisionIds, { upTo, limit: MOST_MATCHES });
}

/** All words as one phrase; null when there is but one, or one but the last is a word's beginning. */
function joined(phrases: readonly Phrase[]): Phrase | null {
  if (phrases.length < 2 || phrases.slice(0, -1).some(({ prefix }) => prefix)) return null;
  return { units: phrases.flatMap(({ units }) => units), prefix: phrases.at(-1)?.prefix ?? false };
}

async function rank(sql: CueStatements, phrases: readonly Phrase[], matches: Match[]): Promise<Match[]> {
  matches.sort(byRank);
  const best = new Map(matches.slice(0, READ).map((match) => [match.id, match]));
  for (const { id, text } of await sql.cues([...best.keys()])) {
    const match = best.get(id);
    if (match) match.score = scoreByText(match.score, text, phrases);
  }
  return matches.sort(byRank);
}

function isAfter({ score, id }: Match, after: readonly number[] | null): boolean {
  if (!after) return true;
  const [afterScore = 0, afterId = 0] = after;
  return score < afterScore || (score === afterScore && id > afterId);
}

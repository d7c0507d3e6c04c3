// biome-ignore lint/style/noRestrictedImports: the type alone
import type Database from 'better-sqlite3';
import type { Bounds, CourseRevision, CueStatements, CueText } from '../../videos/moments/cue-statements.js';
import type { Phrase } from '../../videos/moments/moment-query.policy.js';
import { rangesOf } from './ranges.js';

/** The searches in SQLite's own words (FTS5). The migrations say what `cues_fts` and `cue_scopes` hold. */
export function sqliteStatements(database: Database.Database): CueStatements {
  const published = database.prepare<[string, number, number]>(everywhere('scope.published = 1')).pluck();
  const ownToo = database
    .prepare<[string, number, number, number]>(everywhere('(scope.published = 1 or scope.instructor_id = ?)'))
    .pluck();
  const all = database.prepare<[string, number, number]>(everywhere('true')).pluck();
  const within = database.prepare<[string, string, number, number]>(WITHIN).pluck();
  const ofCourse = database.prepare<[number, number, number | null], CourseRevision>(OF_COURSE);
  const byId = database.prepare<[string], CueText>(CUES);

  return {
    async inSnapshot(work) {
      database.exec('begin');
      try {
        return await work();
      } finally {
        database.exec('commit');
      }
    },
    revisions: ({ courseId, viewer }) => ofCourse.all(courseId, viewer?.role === 'ADMIN' ? 1 : 0, viewer?.id ?? null),
    matches(phrases, viewer, bounds) {
      const [query, { upTo, limit }] = [matchOf(phrases), bounds];
      if (viewer?.role === 'ADMIN') return all.all(query, upTo, limit) as number[];
      if (viewer) return ownToo.all(query, upTo, viewer.id, limit) as number[];
      return published.all(query, upTo, limit) as number[];
    },
    matchesWithin: (phrases, revisionIds, { upTo, limit }: Bounds) =>
      within.all(JSON.stringify(rangesOf(revisionIds)), matchOf(phrases), upTo, limit) as number[],
    cues: (ids) => byId.all(JSON.stringify(ids)),
  };
}

/**
 * In the order of ids, which is that of the index: a limit then reads no further. A number is bound as a float, which
 * FTS5 takes for no bound at all: hence the cast.
 */
const everywhere = (readable: string) => `
  select found.rowid from cues_fts as found
  cross join cue_scopes as scope on scope.revision_id = found.rowid >> 15
  where found.cues_fts match ? and found.rowid <= cast(? as integer) and ${readable}
  order by found.rowid limit ?`;

/** Seeks each range in the index instead of reading all matches. */
const WITHIN = `
  select found.rowid from json_each(?) as range
  cross join cues_fts as found
  where found.cues_fts match ? and found.rowid >= range.value ->> 0 and found.rowid <= range.value ->> 1
    and found.rowid <= cast(? as integer)
  limit ?`;

const OF_COURSE = `
  select scope.revision_id as revisionId, scope.lesson_id as lessonId, transcripts.language
  from cue_scopes as scope join transcripts on transcripts.revision_id = scope.revision_id
  where scope.course_id = ? and (scope.published = 1 or ? or scope.instructor_id = ?)
  order by scope.revision_id`;

const CUES = `
  select cue.id, scope.lesson_id as lessonId, cue.start_ms as startMs, cue.end_ms as endMs, cue.text
  from json_each(?) as asked
  cross join transcript_cues as cue on cue.id = asked.value
  cross join cue_scopes as scope on scope.revision_id = cue.revision_id`;

/** Units hold letters, digits and marks alone: within quotation marks nothing of them is an operator. */
function matchOf(phrases: readonly Phrase[]): string {
  return phrases.map(({ units, prefix }) => `"${units.join(' ')}"${prefix ? ' *' : ''}`).join(' AND ');
}

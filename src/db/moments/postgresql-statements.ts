import { cueId } from '../../videos/cue-id.js';
import type { CueStatements } from '../../videos/moments/cue-statements.js';
import type { Phrase } from '../../videos/moments/moment-query.policy.js';
import { lexemeOf } from './postgresql-units.js';
import { rangesOf } from './ranges.js';

/**
 * The searches in PostgreSQL's own words. The migrations say what `cues_fts` and `cue_scopes` hold.
 * @param select gives rows as lists of values
 */
export function postgresStatements(
  select: (sql: string, values: unknown[]) => Promise<unknown[][]>,
): Omit<CueStatements, 'inSnapshot'> {
  const ids = async (sql: string, values: unknown[]) => (await select(sql, values)).map(([id]) => id as number);
  return {
    async revisions({ courseId, viewer }) {
      const rows = await select(OF_COURSE, [courseId, viewer?.role === 'ADMIN', viewer?.id ?? null]);
      return rows.map(([revisionId, lessonId, language]) => ({ revisionId, lessonId, language }) as never);
    },
    matches(phrases, viewer, { upTo, limit }) {
      const bounds = [queryOf(phrases), upTo, limit];
      if (viewer?.role === 'ADMIN') return ids(everywhere('true'), bounds);
      if (viewer) return ids(everywhere('(scope.published or scope.instructor_id = $4)'), [...bounds, viewer.id]);
      return ids(everywhere('scope.published'), bounds);
    },
    matchesWithin(phrases, revisionIds, { upTo, limit }) {
      const ranges = rangesOf(revisionIds);
      const [firsts, lasts] = [ranges.map(([first]) => first), ranges.map(([, last]) => last)];
      return ids(WITHIN, [queryOf(phrases), upTo, limit, firsts, lasts]);
    },
    async cues(wanted) {
      const rows = await select(CUES, [wanted]);
      return rows.map(([id, lessonId, startMs, endMs, text]) => ({ id, lessonId, startMs, endMs, text }) as never);
    },
  };
}

const everywhere = (readable: string) => `
  select found.cue_id from cues_fts as found
  join cue_scopes as scope on scope.revision_id = found.cue_id / ${cueId(1, 0)}
  where found.units @@ $1::tsquery and found.cue_id <= $2 and ${readable}
  order by found.cue_id limit $3`;

const WITHIN = `
  select found.cue_id from unnest($4::bigint[], $5::bigint[]) as range (first, last)
  join cues_fts as found on found.cue_id between range.first and range.last
  where found.units @@ $1::tsquery and found.cue_id <= $2
  order by found.cue_id limit $3`;

const OF_COURSE = `
  select revision_id, lesson_id, language from cue_scopes
  where course_id = $1 and (published or $2 or instructor_id = $3)
  order by revision_id`;

const CUES = `
  select cue.id, scope.lesson_id, cue.start_ms, cue.end_ms, cue.text
  from transcript_cues as cue join cue_scopes as scope on scope.revision_id = cue.revision_id
  where cue.id = any($1::bigint[])`;

function queryOf(phrases: readonly Phrase[]): string {
  return phrases.map(({ units, prefix }) => `${units.map(lexemeOf).join(' <-> ')}${prefix ? ':*' : ''}`).join(' & ');
}

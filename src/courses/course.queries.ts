import { sql } from 'kysely';
import { badInput } from '../shared/coded-error.js';
import { fold } from '../shared/fold.js';
import { toOne } from '../shared/relation.js';
import { equalsId, type Filter, type Order, pageRead, type RowSet, rowRead } from '../shared/root-read.js';
import { type RowOf, source } from '../shared/source.js';
import { readableCourse } from './course.policy.js';

const courses = source('courses', [
  'id',
  'title',
  'description',
  'thumbnailUrl',
  'instructorId',
  'status',
  'createdAt',
  'updatedAt',
]);

export type CourseFields = RowOf<typeof courses>;

/** Courses as the viewer may see them. */
const readable: RowSet<typeof courses> = { source: courses, visible: readableCourse };

/** The course, or undefined when there is none or the viewer may not know of it. */
export const course = rowRead(readable);

/** The course that a lesson belongs to, whoever asks. */
export const courseOf = toOne(courses, 'courseId');

const SORTED: Record<string, Order> = {
  NEWEST: { columns: ['createdAt', 'id'], direction: 'desc' },
  OLDEST: { columns: ['createdAt', 'id'], direction: 'asc' },
};

/** Every word must occur in title or description. */
const bySearch: Filter = {
  arg: 'search',
  values(given) {
    const words = searchWords(typeof given === 'string' ? given : '');
    return words.length > 0 ? words.map((word) => `%${escapeLike(word)}%`) : null;
  },
  condition: (patterns) =>
    sql.join(
      patterns.map((pattern) => sql`search_text like ${pattern} escape '\\'`),
      sql` and `,
    ),
};

/** The catalogue as the viewer may see it. */
export const catalogue = pageRead(readable, {
  filters: [bySearch, equalsId('instructorId', 'courses.instructorId')],
  order: ({ orderBy }) => SORTED[String(orderBy)] ?? (SORTED.NEWEST as Order),
});

/** Each word is a condition of the statement, so the text is bounded. @throws BAD_USER_INPUT on `search` */
function searchWords(search: string): string[] {
  if (search.length > 200) throw badInput('search', 'Search for at most 200 characters.');
  return fold(search).split(/\s+/).filter(Boolean);
}

function escapeLike(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}

import { sql } from 'kysely';
import { batched, byKey } from '../shared/batch.js';
import { badInput } from '../shared/coded-error.js';
import { fold } from '../shared/fold.js';
import { type Connection, type PageArgs, readPage } from '../shared/page.js';
import type { RequestContext } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import type { Columns } from '../shared/tables.js';
import { readableCourse } from './course.policy.js';
import type { CourseRow } from './course.row.js';

export type CourseFields = Omit<Columns<CourseRow>, 'searchText' | 'deletedAt'>;

const FIELDS = [
  'courses.id',
  'courses.title',
  'courses.description',
  'courses.thumbnailUrl',
  'courses.instructorId',
  'courses.status',
  'courses.createdAt',
  'courses.updatedAt',
] as const;

/** The course, or undefined when there is none or the viewer may not know of it. */
export async function findCourse(ctx: RequestContext, id: string): Promise<CourseFields | undefined> {
  const key = rowId(id);
  return key === null ? undefined : readableCourseById(ctx, key);
}

export const readableCourseById = batched(async (ctx, ids: readonly number[]) => {
  const rows = await ctx.read
    .selectFrom('courses')
    .select(FIELDS)
    .where('courses.id', 'in', ids)
    .where(readableCourse(ctx.viewer))
    .execute();
  return byKey(rows, (row) => row.id);
});

/** A course whoever asks: for what hangs below something the viewer was already allowed to read. */
export const courseById = batched(async (ctx, ids: readonly number[]) => {
  const rows = await ctx.read.selectFrom('courses').select(FIELDS).where('courses.id', 'in', ids).execute();
  return byKey(rows, (row) => row.id);
});

export interface CourseFilter extends PageArgs {
  search?: string | null;
  instructorId?: string | null;
  orderBy?: 'NEWEST' | 'OLDEST' | null;
}

/** The catalogue as the viewer may see it. Every word of `search` must occur in title or description. */
export function findCourses(ctx: RequestContext, filter: CourseFilter): Promise<Connection<CourseFields>> {
  let matching = ctx.read.selectFrom('courses').where(readableCourse(ctx.viewer));
  if (filter.instructorId != null) {
    matching = matching.where('courses.instructorId', '=', rowId(filter.instructorId) ?? -1);
  }
  for (const word of searchWords(filter.search ?? '')) {
    matching = matching.where(sql<boolean>`search_text like ${`%${escapeLike(word)}%`} escape '\\'`);
  }
  const oldestFirst = filter.orderBy === 'OLDEST';
  const direction = oldestFirst ? 'asc' : 'desc';
  return readPage<CourseFields>(filter, {
    width: 2,
    position: (row) => [row.createdAt, row.id],
    rows(limit, after) {
      let page = matching.select(FIELDS).orderBy('courses.createdAt', direction).orderBy('courses.id', direction);
      if (after) {
        const [createdAt = 0, id = 0] = after;
        page = page.where((eb) =>
          eb(eb.refTuple('courses.createdAt', 'courses.id'), oldestFirst ? '>' : '<', eb.tuple(createdAt, id)),
        );
      }
      return page.limit(limit).execute();
    },
    async count() {
      const counted = matching.select((eb) => eb.fn.countAll<number>().as('count'));
      return Number((await counted.executeTakeFirstOrThrow()).count);
    },
  });
}

/** Each word is a condition of the statement, so the text is bounded. @throws BAD_USER_INPUT on `search` */
function searchWords(search: string): string[] {
  if (search.length > 200) throw badInput('search', 'Search for at most 200 characters.');
  return fold(search).split(/\s+/).filter(Boolean);
}

function escapeLike(word: string): string {
  return word.replace(/[\\%_]/g, '\\$&');
}

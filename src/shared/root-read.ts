import { type Expression, type ExpressionBuilder, expressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import { batched } from './batch.js';
import { type Connection, type PageArgs, readPage } from './page.js';
import { type RequestContext, requireViewer, type Viewer } from './request-context.js';
import { rowId } from './row-id.js';
import { columnsOf, type RowOf, type Source } from './source.js';
import type { SqlValue } from './statement.js';
import type { Tables } from './tables.js';

/** Rows that an operation may begin at, and who may see which of them. */
export interface RowSet<S extends Source = Source> {
  source: S;
  /** Tables that `visible` speaks of beside the source's own: table, and the two columns that meet. */
  joins?: readonly (readonly [table: string, column: string, equals: string])[];
  /** Which rows the viewer may see, beside `owner`. */
  visible?(viewer: Viewer | null): Condition;
  /** The column that holds the account whose own rows these are: nobody else sees them. */
  owner?: string;
  /** Whether who is not signed in is told so, rather than that there is nothing. */
  signedIn?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: each policy says which tables it needs, and `joins` brings them
type Condition = (eb: ExpressionBuilder<Tables, any>) => Expression<SqlBool>;

/** An argument that narrows a set of rows. */
export interface Filter {
  arg: string;
  /** What the condition compares with; null when the argument leaves all rows in. @throws BAD_USER_INPUT */
  values(given: unknown): readonly SqlValue[] | null;
  condition(values: readonly RawBuilder<unknown>[]): RawBuilder<unknown>;
}

/** The ways a list is sorted; the last column is the id, so that every row has a place of its own. */
export interface Order {
  columns: readonly string[];
  direction: 'asc' | 'desc';
}

/** One row by its id: that of an argument, or the viewer's own account. */
export interface RowRead<Row = unknown> {
  kind: 'row';
  rows: RowSet;
  arg: string | null;
  find(ctx: RequestContext, id: string | number): Promise<Row | undefined>;
}

/** A plain list of rows. */
export interface RowsRead<Row = unknown> {
  kind: 'rows';
  rows: RowSet;
  filters: readonly Filter[];
  order: Order;
  list(ctx: RequestContext, args: object): Promise<Row[]>;
}

/** A connection. */
export interface PageRead<Row = unknown> {
  kind: 'page';
  rows: RowSet;
  filters: readonly Filter[];
  order(args: Record<string, unknown>): Order;
  page<Args extends PageArgs>(ctx: RequestContext, args: Args): Promise<Connection<Row>>;
}

/** @param arg the argument that holds the id; null for the viewer's own row */
export function rowRead<S extends Source>(rows: RowSet<S>, arg: string | null = 'id'): RowRead<RowOf<S>> {
  const load = batched(async (ctx, ids: readonly number[]) => {
    const id = sql.ref(`${rows.source.table}.id`);
    const found = await select<RowOf<S>>(ctx, rows, [sql`${id} in (${sql.join(ids)})`]);
    return new Map(found.map((row) => [(row as { id: number }).id, row]));
  });
  return {
    kind: 'row',
    rows,
    arg,
    async find(ctx, id) {
      const key = rowId(String(id));
      return key === null ? undefined : load(ctx, key);
    },
  };
}

export function rowsRead<S extends Source>(
  rows: RowSet<S>,
  { filters, order }: { filters: readonly Filter[]; order: Order },
): RowsRead<RowOf<S>> {
  const list = (ctx: RequestContext, args: object) =>
    select<RowOf<S>>(ctx, rows, conditionsOf(filters, args), sql`order by ${orderBy(rows, order)}`);
  return { kind: 'rows', rows, filters, order, list };
}

export function pageRead<S extends Source>(
  rows: RowSet<S>,
  { filters = [], order }: { filters?: readonly Filter[]; order: PageRead['order'] },
): PageRead<RowOf<S>> {
  return {
    kind: 'page',
    rows,
    filters,
    order,
    page(ctx, args) {
      const conditions = conditionsOf(filters, args);
      const sorted = order(args as Record<string, unknown>);
      return readPage<RowOf<S>>(args, {
        width: sorted.columns.length,
        position: (row) => sorted.columns.map((column) => (row as Record<string, number>)[column] ?? 0),
        rows(limit, after) {
          const rest = after
            ? [
                ...conditions,
                isAfter(
                  rows,
                  sorted,
                  after.map((each) => sql.val(each)),
                ),
              ]
            : conditions;
          return select(ctx, rows, rest, sql`order by ${orderBy(rows, sorted)} limit ${limit}`);
        },
        async count() {
          const tail = fromWhere(rows, conditions, viewerOf(ctx, rows));
          const counted = await sql<{ count: number }>`select count(*) as count ${tail}`.execute(ctx.read);
          return Number(counted.rows[0]?.count);
        },
      });
    },
  };
}

export const newestFirst = (): Order => ({ columns: ['id'], direction: 'desc' });

export const oldestFirst = (): Order => ({ columns: ['id'], direction: 'asc' });

/** A filter by the id of a row that may not exist. */
export function equalsId(arg: string, column: string): Filter {
  return {
    arg,
    values: (given) => (given == null ? null : [rowId(String(given)) ?? -1]),
    condition: ([value]) => sql`${sql.ref(column)} = ${value}`,
  };
}

/** `from … where …` for a viewer, in whom a plan puts parameters for values. */
export function fromWhere(rows: RowSet, conditions: readonly RawBuilder<unknown>[], viewer: Viewer | null) {
  const { source, joins = [], visible, owner } = rows;
  const joined = joins.map(
    ([table, column, equals]) => sql`inner join ${sql.table(table)} on ${sql.ref(column)} = ${sql.ref(equals)}`,
  );
  const own = owner ? [sql`${sql.ref(`${source.table}.${owner}`)} = ${viewer?.id}`] : [];
  const seen = visible ? [visible(viewer)(expressionBuilder())] : [];
  const all = [...own, ...seen, ...conditions];
  const where = all.length > 0 ? sql`where ${sql.join(all, sql` and `)}` : sql``;
  return sql`from ${sql.table(source.table)} ${sql.join(joined, sql` `)} ${where}`;
}

export function orderBy({ source }: RowSet, { columns, direction }: Order): RawBuilder<unknown> {
  return sql.join(columns.map((column) => sql`${sql.ref(`${source.table}.${column}`)} ${sql.raw(direction)}`));
}

/** Whether a row comes after a position in the order. */
export function isAfter(
  { source }: RowSet,
  { columns, direction }: Order,
  position: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  const place = sql.join(columns.map((column) => sql.ref(`${source.table}.${column}`)));
  return sql`(${place}) ${sql.raw(direction === 'asc' ? '>' : '<')} (${sql.join(position)})`;
}

function conditionsOf(filters: readonly Filter[], args: object): RawBuilder<unknown>[] {
  return filters.flatMap(({ arg, values, condition }) => {
    const found = values((args as Record<string, unknown>)[arg]);
    return found ? [condition(found.map((value) => sql.val(value)))] : [];
  });
}

/** Whether nobody may ask for such rows at all, not even to find none. */
export function needsViewer({ owner, signedIn }: RowSet): boolean {
  return owner !== undefined || signedIn === true;
}

/** Who the rows are read for. @throws UNAUTHENTICATED */
function viewerOf(ctx: RequestContext, rows: RowSet): Viewer | null {
  return needsViewer(rows) ? requireViewer(ctx) : ctx.viewer;
}

async function select<Row>(
  ctx: RequestContext,
  rows: RowSet,
  conditions: readonly RawBuilder<unknown>[],
  tail = sql``,
): Promise<Row[]> {
  const columns = sql.join(columnsOf(rows.source).map((column) => sql.ref(column)));
  const query = sql<Row>`select ${columns} ${fromWhere(rows, conditions, viewerOf(ctx, rows))} ${tail}`;
  return (await query.execute(ctx.read)).rows;
}

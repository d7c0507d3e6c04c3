import { type RawBuilder, sql } from 'kysely';
import type { App } from './app.js';
import { batched } from './batch.js';
import type { RequestContext } from './request-context.js';
import type { ColumnName, RowOf, Source, TableName } from './source.js';

type Key = number | string;

/** The one row that belongs to another: `key` of the target equals `from` of the row. */
export interface ToOne<Row = unknown> {
  kind: 'one';
  target: Source;
  from: string;
  key: string;
  /** The row for a key, whoever asks: for what hangs below something the viewer was already allowed to read. */
  of(ctx: RequestContext, key: Key): Promise<Row | undefined>;
}

/** The rows that belong to another: `key` of the target is its id. */
export interface ToMany<Row = unknown> {
  kind: 'many';
  target: Source;
  key: string;
  orderBy: string;
  /** Whether rows that were deleted are left out. */
  live: boolean;
  /** The rows for an id, whoever asks, in order. */
  of(ctx: RequestContext, id: number): Promise<Row[]>;
}

/** How many rows belong to another. */
export interface CountOf {
  kind: 'count';
  table: TableName;
  key: string;
  live: boolean;
  of(ctx: RequestContext, id: number): Promise<number>;
}

/** A column of milliseconds, as seconds. */
export interface SecondsOf {
  kind: 'seconds';
  column: string;
}

/** A column that holds a JSON list of objects, whose leaf fields are its members. */
export interface DocumentsIn {
  kind: 'documents';
  column: string;
}

/**
 * A text that is made of a row's id (an address that is signed, say), which no database can make. It may change with
 * the time, but only at `changesAt`.
 */
export interface TextFrom {
  kind: 'text';
  /** The column of the id. */
  column: string;
  /** The column whose value stands where the id is null. */
  otherwise: string | null;
  make(app: Pick<App, 'config' | 'clock'>, id: number): string;
  /** When what was made at a moment (milliseconds since 1970) is made otherwise. */
  changesAt(nowMs: number): number;
}

/** @param key of the target, unique; its id unless named */
export function toOne<Table extends TableName, Column extends string>(
  target: Source<Table, Column>,
  from: string,
  key: Column = 'id' as Column,
): ToOne<RowOf<Source<Table, Column>>> {
  const of = batched(async (ctx, keys: readonly Key[]) => {
    const rows = await rowsBy(ctx, target, key, keys, key);
    return new Map(rows.map((row) => [row[key] as Key, row as never]));
  });
  return { kind: 'one', target, from, key, of };
}

export function toMany<Table extends TableName, Column extends string>(
  target: Source<Table, Column>,
  key: Column,
  { orderBy, live = false }: { orderBy: Column; live?: boolean },
): ToMany<RowOf<Source<Table, Column>>> {
  const load = batched(async (ctx, ids: readonly number[]) => {
    const rows = await rowsBy(ctx, target, key, ids, orderBy, live);
    return Map.groupBy(rows, (row) => row[key] as number);
  });
  const of = async (ctx: RequestContext, id: number) => ((await load(ctx, id)) ?? []) as never[];
  return { kind: 'many', target, key, orderBy, live, of };
}

export function countOf<Table extends TableName>(
  table: Table,
  key: ColumnName<Table>,
  { live = false }: { live?: boolean } = {},
): CountOf {
  const load = batched(async (ctx, ids: readonly number[]) => {
    const column = sql.ref(key);
    const which = sql`${column} in (${sql.join(ids)}) ${alive(live)}`;
    const counts = sql<{
      key: number;
      count: number;
    }>`select ${column} as key, count(*) as count from ${sql.table(table)}`;
    const { rows } = await sql<{ key: number; count: number }>`${counts} where ${which} group by ${column}`.execute(
      ctx.read,
    );
    return new Map(rows.map((row) => [row.key, Number(row.count)]));
  });
  return { kind: 'count', table, key, live, of: async (ctx, id) => (await load(ctx, id)) ?? 0 };
}

export function secondsOf(column: string): SecondsOf & { of(ms: number): number } {
  return { kind: 'seconds', column, of: (ms) => ms / 1000 };
}

export function textFrom(
  column: string,
  { otherwise = null, make, changesAt }: Pick<TextFrom, 'make' | 'changesAt'> & { otherwise?: string | null },
): TextFrom & { of(app: Pick<App, 'config' | 'clock'>, row: object): string | null } {
  const of = (app: Pick<App, 'config' | 'clock'>, row: object) => {
    const columns = row as Record<string, string | number | null | undefined>;
    const id = columns[column];
    if (id != null) return make(app, Number(id));
    return otherwise === null ? null : ((columns[otherwise] as string | undefined) ?? null);
  };
  return { kind: 'text', column, otherwise, make, changesAt, of };
}

export function documentsIn<Item>(column: string): DocumentsIn & { of(text: string): Item[] } {
  return { kind: 'documents', column, of: (text) => JSON.parse(text) };
}

async function rowsBy(
  ctx: RequestContext,
  { table, columns }: Source,
  key: string,
  keys: readonly Key[],
  orderBy: string,
  live = false,
): Promise<Record<string, unknown>[]> {
  const selected = sql.join(columns.map((column) => sql.ref(column)));
  const which = sql`${sql.ref(key)} in (${sql.join(keys)}) ${alive(live)}`;
  const query = sql<Record<string, unknown>>`select ${selected} from ${sql.table(table)} where ${which}`;
  return (await sql<Record<string, unknown>>`${query} order by ${sql.ref(orderBy)}`.execute(ctx.read)).rows;
}

function alive(live: boolean): RawBuilder<unknown> {
  return live ? sql`and deleted_at is null` : sql``;
}

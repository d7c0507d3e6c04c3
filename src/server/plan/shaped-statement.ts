import { type RawBuilder, sql } from 'kysely';
import type { RequestContext, Viewer } from '../../shared/request-context.js';
import { type Filter, fromWhere, needsViewer, type Order, orderBy, type RowSet } from '../../shared/root-read.js';
import { CompiledStatement, Parameter, type SqlValue } from '../../shared/statement.js';
import type { Input, Variables } from './inputs.js';
import type { Rows } from './object.js';
import { Unplanned } from './unplanned.js';

export type Inputs = ReadonlyMap<string, Input>;
export type Values = Record<string, SqlValue>;

/** Which filters a request sets, as a statement is made for each such shape: its conditions, and their values. */
export interface Narrowed {
  shape: string;
  conditions(): RawBuilder<unknown>[];
  values: Values;
}

/** A root's statement in the shapes that it was asked in so far: each is compiled once. */
export class ShapedStatement {
  readonly #compiled = new Map<string, CompiledStatement>();

  constructor(private readonly rows: RowSet) {}

  /**
   * @param build the statement for a viewer who is a parameter; called once for a shape
   * @throws Unplanned when nobody asks for what needs somebody
   */
  run(
    ctx: RequestContext,
    { shape, values }: { shape: string; values: Values },
    build: (viewer: Viewer | null) => RawBuilder<unknown>,
  ): SqlValue[][] | Promise<SqlValue[][]> {
    const { viewer } = ctx;
    if (needsViewer(this.rows) && !viewer) throw new Unplanned('nobody may not ask for these rows');
    const key = `${viewer?.role} ${shape}`;
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      const { sql: text, parameters } = build(viewer && { ...viewer, id: parameter('viewer') as never }).compile(
        ctx.read,
      );
      compiled = new CompiledStatement(text, parameters);
      this.#compiled.set(key, compiled);
    }
    return ctx.statements.arrays(compiled, { ...values, viewer: viewer?.id ?? null });
  }
}

/** A value that is given when the statement runs. */
export function parameter(name: string): Parameter {
  return new Parameter(name);
}

/** The arguments of a request as conditions. @throws BAD_USER_INPUT */
export function narrow(filters: readonly Filter[], inputs: Inputs, variables: Variables): Narrowed {
  const values: Values = {};
  const set: { filter: Filter; names: string[] }[] = [];
  for (const filter of filters) {
    const found = filter.values(inputs.get(filter.arg)?.(variables));
    if (!found) continue;
    const names = found.map((value, index) => {
      const name = `${filter.arg}${index}`;
      values[name] = value;
      return name;
    });
    set.push({ filter, names });
  }
  return {
    shape: set.map(({ filter, names }) => `${filter.arg}${names.length}`).join(' '),
    conditions: () => set.map(({ filter, names }) => filter.condition(names.map((name) => sql`${parameter(name)}`))),
    values,
  };
}

/** The rows that a root begins at, with the columns that its expressions use, under their alias. */
export function subquery(
  rows: Rows,
  set: RowSet,
  {
    conditions,
    viewer,
    order,
    limit,
  }: {
    conditions: readonly RawBuilder<unknown>[];
    viewer: Viewer | null;
    order?: Order;
    limit?: RawBuilder<unknown>;
  },
): RawBuilder<unknown> {
  const used = rows.used.map((column) => sql.ref(`${set.source.table}.${column}`));
  const columns = used.length > 0 ? sql.join(used) : sql`1`;
  const sorted = order ? sql`order by ${orderBy(set, order)}` : sql``;
  const bounded = limit ? sql`limit ${limit}` : sql``;
  return sql`(select ${columns} ${fromWhere(set, conditions, viewer)} ${sorted} ${bounded}) ${sql.raw(rows.alias)}`;
}

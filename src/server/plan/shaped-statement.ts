import { type RawBuilder, sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { RequestContext, Viewer } from '../../shared/request-context.js';
import { type Filter, needsViewer, type RowSet } from '../../shared/root-read.js';
import { CompiledStatement, Parameter, type SqlValue } from '../../shared/statement.js';
import type { Input, Variables } from './inputs.js';
import { quoted, type Rows } from './object.js';
import { Unplanned } from './unplanned.js';

export type Inputs = ReadonlyMap<string, Input>;
export type Values = Record<string, SqlValue>;

/** Which filters a request sets, as a statement is made for each such shape: its conditions, and their values. */
export interface Narrowed {
  shape: string;
  conditions(): RawBuilder<unknown>[];
  values: Values;
}

/** A read's `from … where …`, and what follows it, as text: whatever is selected of its rows. */
interface Tail {
  sql: string;
  parameters: readonly unknown[];
}

/** How many shapes of one read are kept. */
const MOST_SHAPES = 100;

/** The tails of all reads. Each operation selects in its own way, but most begin at rows that others began at. */
export class Tails {
  readonly #known = new WeakMap<object, LRUCache<string, Tail>>();

  /** @param key names the shape among those of the read */
  get(read: object, key: string, build: () => Tail): Tail {
    let shapes = this.#known.get(read);
    if (!shapes) {
      shapes = new LRUCache({ max: MOST_SHAPES });
      this.#known.set(read, shapes);
    }
    let tail = shapes.get(key);
    if (!tail) {
      tail = build();
      shapes.set(key, tail);
    }
    return tail;
  }
}

/** A root's statement in the shapes that it was asked in so far: each is compiled once. */
export class ShapedStatement {
  readonly #compiled = new Map<string, CompiledStatement>();

  constructor(
    private readonly tails: Tails,
    private readonly read: { rows: RowSet },
  ) {}

  /**
   * @param build the tail for a viewer who is a parameter
   * @param write the statement around it; called once for a shape
   * @throws Unplanned when nobody asks for what needs somebody
   */
  run(
    ctx: RequestContext,
    { shape, values }: { shape: string; values: Values },
    build: (viewer: Viewer | null) => RawBuilder<unknown>,
    write: (tail: string) => string,
  ): SqlValue[][] | Promise<SqlValue[][]> {
    const { viewer } = ctx;
    if (needsViewer(this.read.rows) && !viewer) throw new Unplanned('nobody may not ask for these rows');
    const key = `${viewer?.role} ${shape}`;
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      const asker = viewer && { ...viewer, id: parameter('viewer') as never };
      const tail = this.tails.get(this.read, key, () => build(asker).compile(ctx.read));
      compiled = new CompiledStatement(write(tail.sql), tail.parameters);
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
export function subquery({ used, alias }: Rows, { source }: RowSet, tail: string): string {
  const columns = used.map((column) => `${quoted(source.table)}.${quoted(column)}`);
  return `(select ${columns.join(', ') || '1'} ${tail}) ${alias}`;
}

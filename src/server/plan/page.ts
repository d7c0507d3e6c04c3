import { type SelectionSetNode } from 'graphql';
import { sql } from 'kysely';
import { cursorOf, readPageArgs } from '../../shared/page.js';
import type { RequestContext } from '../../shared/request-context.js';
import { fromWhere, isAfter, type Order, orderBy, type PageRead } from '../../shared/root-read.js';
import type { SqlValue } from '../../shared/statement.js';
import { objectSql, Rows, type Sketch } from './object.js';
import { both, objectTypeOf, parted, type RootPlan } from './root.js';
import { type Selected, selectedFields } from './selection.js';
import { type Inputs, type Narrowed, narrow, parameter, ShapedStatement, subquery } from './shaped-statement.js';
import { Unplanned } from './unplanned.js';

/** A page as it was read: what each part of the connection is written from. */
interface Page {
  rows: number;
  /** The objects of each aggregate, cut to the page. */
  lists: readonly (readonly string[])[];
  /** The positions of the rows, cut to the page; empty when nothing asks for cursors. */
  positions: readonly string[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  totalCount: number;
}

/** Writes one part of the answer. */
type Part = (page: Page) => string;

/** A connection: its rows as texts that one statement joins, and what is said of the page. */
export function pagePlan(sketch: Sketch, selected: Selected, read: PageRead, inputs: Inputs): RootPlan {
  const connection = new ConnectionSketch(sketch, read, selected);
  const { rows, needs } = connection;
  const page = new ShapedStatement(sketch.tails, read);
  const count = new ShapedStatement(sketch.tails, read);

  function readRows(ctx: RequestContext, narrowed: Narrowed, order: Order, args: ReturnType<typeof readPageArgs>) {
    const { first, after } = args;
    const places = order.columns.map((_, index) => `after${index}`);
    const position = Object.fromEntries(places.map((name, index) => [name, after?.[index] ?? null]));
    const shape = `${narrowed.shape} ${order.columns.join()} ${order.direction} ${after !== null}`;
    return page.run(
      ctx,
      { shape, values: { ...narrowed.values, ...position, limit: first + 1 } },
      (viewer) => {
        const conditions = narrowed.conditions();
        if (after) {
          const values = places.map((name) => sql`${parameter(name)}`);
          conditions.push(isAfter(read.rows, order, values));
        }
        const tail = sql`${fromWhere(read.rows, conditions, viewer)} order by ${orderBy(read.rows, order)}`;
        // SQLite prepares a statement anew whenever a bare parameter as its limit is bound: a sum is none.
        return sql`${tail} limit (${parameter('limit')} + 0)`;
      },
      (tail) => `select ${connection.columns(order).join(', ')} from ${subquery(rows, read.rows, tail)}`,
    );
  }

  function readCount(ctx: RequestContext, narrowed: Narrowed): SqlValue[][] | Promise<SqlValue[][]> {
    return count.run(
      ctx,
      { shape: `count ${narrowed.shape}`, values: narrowed.values },
      (viewer) => fromWhere(read.rows, narrowed.conditions(), viewer),
      (tail) => `select count(*) ${tail}`,
    );
  }

  return (ctx, variables) => {
    const given = Object.fromEntries(Array.from(inputs, ([name, input]) => [name, input(variables)]));
    const order = read.order(given);
    const args = readPageArgs(given, order.columns.length);
    const narrowed = narrow(read.filters, inputs, variables);
    const row = readRows(ctx, narrowed, order, args);
    const counted = needs.totalCount ? readCount(ctx, narrowed) : [];
    return both(row, counted, ([found], [total]) => connection.write(found ?? [], args, Number(total?.[0] ?? 0)));
  };
}

/** What an operation asks of a connection: the columns of its statement, and how its parts are written. */
class ConnectionSketch {
  readonly rows: Rows;
  readonly needs = { positions: false, totalCount: false };
  readonly #objects: string[] = [];
  readonly #write: Part;

  constructor(
    private readonly sketch: Sketch,
    read: PageRead,
    { field, selections }: Selected,
  ) {
    this.rows = new Rows(sketch.alias(), read.rows.source, sketch);
    const type = objectTypeOf(field);
    this.#write = objectOf(
      selectedFields(selections, type, sketch).map((each) => [each.key, this.#part(type.name, each)] as const),
    );
  }

  /** The aggregates, then how many rows there are. */
  columns(order: Order): string[] {
    const { json } = this.sketch;
    const places = order.columns.map((column) => this.rows.joinColumn(column));
    const positions = this.needs.positions ? [json.positions(places)] : [];
    return ['count(*)', ...this.#objects.map((object) => json.joined(object)), ...positions];
  }

  write(row: readonly SqlValue[], { first, after }: ReturnType<typeof readPageArgs>, totalCount: number): string {
    const [count = 0, ...texts] = row;
    const hasNextPage = Number(count) > first;
    const cut = (elements: string[]) => (hasNextPage ? elements.slice(0, first) : elements);
    const positions = this.needs.positions ? ((texts.pop() ?? null) as string | null) : null;
    return this.#write({
      rows: Math.min(Number(count), first),
      lists: texts.map((text) => cut(parted(text as string | null))),
      positions: positions === null ? [] : cut(positions.split(' ')),
      hasNextPage,
      hasPreviousPage: after !== null,
      totalCount,
    });
  }

  #part(parent: string, { field, selections, node }: Selected): Part {
    switch (field.name) {
      case '__typename':
        return () => `"${parent}"`;
      case 'nodes': {
        const index = this.#object(selections, field);
        return ({ lists }) => `[${lists[index]?.join(',')}]`;
      }
      case 'edges':
        return this.#edges(selections, field);
      case 'pageInfo':
        return this.#pageInfo(selections, field);
      case 'totalCount':
        this.needs.totalCount = true;
        return ({ totalCount }) => String(totalCount);
      default:
        throw new Unplanned(`${node.name.value} of a connection`);
    }
  }

  #object(selections: readonly SelectionSetNode[], field: Selected['field']): number {
    return this.#objects.push(objectSql(this.sketch, objectTypeOf(field), selections, this.rows)) - 1;
  }

  #edges(selections: readonly SelectionSetNode[], field: Selected['field']): Part {
    const type = objectTypeOf(field);
    const parts = selectedFields(selections, type, this.sketch).map((each) => {
      const { key } = each;
      if (each.field.name === '__typename') return { key, write: () => `"${type.name}"` };
      if (each.field.name === 'cursor') {
        this.needs.positions = true;
        return { key, write: ({ positions }: Page, row: number) => `"${cursorOf(positions[row] ?? '')}"` };
      }
      const index = this.#object(each.selections, each.field);
      return { key, write: ({ lists }: Page, row: number) => lists[index]?.[row] ?? 'null' };
    });
    return (page) => {
      const edge = (row: number) => `{${parts.map(({ key, write }) => `"${key}":${write(page, row)}`).join(',')}}`;
      return `[${Array.from({ length: page.rows }, (_, row) => edge(row)).join(',')}]`;
    };
  }

  #pageInfo(selections: readonly SelectionSetNode[], field: Selected['field']): Part {
    const type = objectTypeOf(field);
    const cursor = (position: string | undefined) => (position === undefined ? 'null' : `"${cursorOf(position)}"`);
    const parts: Record<string, Part> = {
      __typename: () => `"${type.name}"`,
      hasNextPage: ({ hasNextPage }) => String(hasNextPage),
      hasPreviousPage: ({ hasPreviousPage }) => String(hasPreviousPage),
      startCursor: ({ positions }) => cursor(positions[0]),
      endCursor: ({ positions }) => cursor(positions.at(-1)),
    };
    return objectOf(
      selectedFields(selections, type, this.sketch).map((each) => {
        const part = parts[each.field.name];
        if (!part) throw new Unplanned(`${each.field.name} of PageInfo`);
        if (each.field.name.endsWith('Cursor')) this.needs.positions = true;
        return [each.key, part] as const;
      }),
    );
  }
}

function objectOf(parts: readonly (readonly [key: string, part: Part])[]): Part {
  return (page) => `{${parts.map(([key, write]) => `"${key}":${write(page)}`).join(',')}}`;
}

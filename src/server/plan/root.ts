import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { sql } from 'kysely';
import { ROW_SEPARATOR } from '../../shared/dialect.js';
import type { RequestContext } from '../../shared/request-context.js';
import { fromWhere, orderBy, type RowRead, type RowsRead } from '../../shared/root-read.js';
import { rowId } from '../../shared/row-id.js';
import type { Variables } from './inputs.js';
import { objectSql, Rows, type Sketch } from './object.js';
import type { Selected } from './selection.js';
import { type Inputs, narrow, parameter, ShapedStatement, subquery } from './shaped-statement.js';
import { Unplanned } from './unplanned.js';

/** Gives the JSON of a field of the operation's root. Whatever it throws, the ordinary execution says it to the client. */
export type RootPlan = (ctx: RequestContext, variables: Variables) => string | Promise<string>;

/** One row, or null. */
export function rowPlan(sketch: Sketch, { field, selections }: Selected, read: RowRead, inputs: Inputs): RootPlan {
  const rows = new Rows(sketch.alias(), read.rows.source, sketch);
  const object = objectSql(sketch, objectTypeOf(field), selections, rows);
  const statement = new ShapedStatement(sketch.tails, read);
  const conditions = () => [sql`${sql.ref(`${read.rows.source.table}.id`)} = ${parameter('id')}`];
  return (ctx, variables) => {
    const id = read.arg === null ? viewerId(ctx) : rowId(String(inputs.get(read.arg)?.(variables)));
    if (id === null) return 'null';
    const found = statement.run(
      ctx,
      { shape: '', values: { id } },
      (viewer) => fromWhere(read.rows, conditions(), viewer),
      (tail) => `select ${object} from ${subquery(rows, read.rows, tail)}`,
    );
    return then(found, ([row]) => (row?.[0] as string | undefined) ?? 'null');
  };
}

/** A list of rows. */
export function rowsPlan(sketch: Sketch, { field, selections }: Selected, read: RowsRead, inputs: Inputs): RootPlan {
  const rows = new Rows(sketch.alias(), read.rows.source, sketch);
  const list = sketch.json.joined(objectSql(sketch, objectTypeOf(field), selections, rows));
  const statement = new ShapedStatement(sketch.tails, read);
  return (ctx, variables) => {
    const narrowed = narrow(read.filters, inputs, variables);
    const found = statement.run(
      ctx,
      narrowed,
      (viewer) =>
        sql`${fromWhere(read.rows, narrowed.conditions(), viewer)} order by ${orderBy(read.rows, read.order)}`,
      (tail) => `select ${list} from ${subquery(rows, read.rows, tail)}`,
    );
    return then(found, ([row]) => `[${parted(row?.[0] as string | null).join(',')}]`);
  };
}

/** The elements of a text that the database has joined. */
export function parted(text: string | null): string[] {
  return text === null ? [] : text.split(ROW_SEPARATOR);
}

/** Goes on at once where there is nothing to wait for: most answers then take no turn of the event loop. */
export function then<T, U>(value: T | Promise<T>, next: (value: T) => U | Promise<U>): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** The same for two values that are read at once: whichever fails, the other's failure is seen too. */
export function both<A, B, U>(a: A | Promise<A>, b: B | Promise<B>, next: (a: A, b: B) => U): U | Promise<U> {
  if (a instanceof Promise || b instanceof Promise) return Promise.all([a, b]).then(([x, y]) => next(x, y));
  return next(a, b);
}

export function objectTypeOf(field: GraphQLField<unknown, unknown>): GraphQLObjectType {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) throw new Unplanned(`${field.name} gives no object`);
  return type;
}

function viewerId({ viewer }: RequestContext): number {
  if (!viewer) throw new Unplanned('nobody has an account');
  return viewer.id;
}

import type { EntityManager } from '@mikro-orm/sql';
import type { Compilable, Kysely, RawBuilder } from 'kysely';
import type { Dialect } from './dialect.js';
import type { Tables } from './tables.js';

type TableName = keyof Tables & string;

/** What a statement gives, as the database has it. */
export type SqlValue = string | number | null;

/**
 * A statement that is built once and run often, with other values each time. Building one costs some ten times as much
 * as running it, so whatever runs with every question or every piece of an answer is written in this form. A limit is
 * written as a literal (`sql.lit`): SQLite prepares a statement anew whenever a value is bound as its limit.
 */
export class Statement<Values extends object, Row = never> {
  readonly #compiled = new WeakMap<Kysely<Tables>, CompiledStatement>();

  /**
   * @param build gives the query. `value` has, under the names of the values, what stands for them: they may be
   *   compared, inserted and set, and must not be looked at.
   */
  constructor(
    private readonly build: (
      db: Kysely<Tables>,
      value: Required<Values>,
      dialect: Dialect,
    ) => Compilable<Row> | RawBuilder<Row>,
  ) {}

  compile(db: Kysely<Tables>, dialect: Dialect): CompiledStatement {
    let compiled = this.#compiled.get(db);
    if (!compiled) {
      const value = new Proxy({}, { get: (_, name) => new Parameter(String(name)) }) as Required<Values>;
      const { sql, parameters } = this.build(db, value, dialect).compile(db);
      compiled = new CompiledStatement(sql, parameters);
      this.#compiled.set(db, compiled);
    }
    return compiled;
  }
}

export class CompiledStatement {
  constructor(
    readonly sql: string,
    private readonly parameters: readonly unknown[],
  ) {}

  /** The parameters of one run. */
  fill(values: object): unknown[] {
    return this.parameters.map((each) =>
      each instanceof Parameter ? (values as Record<string, unknown>)[each.name] : each,
    );
  }
}

/** Stands for a value until the statement runs. */
export class Parameter {
  constructor(readonly name: string) {}
}

/** What stands for the values of these names, to be inserted or set. */
export function only<Values extends object, Name extends keyof Values>(
  value: Values,
  names: readonly Name[],
): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, value[name]])) as Pick<Values, Name>;
}

/** Statements on the server's database. */
export interface Statements {
  /** The rows of a statement on committed data; it never waits for a writer. */
  read<Values extends object, Row>(statement: Statement<Values, Row>, values: Values): Promise<Row[]>;
  /** The same as lists of values, in the order that the statement selects them; at once where the database is here. */
  arrays(statement: CompiledStatement, values: object): SqlValue[][] | Promise<SqlValue[][]>;
  /**
   * A transaction of nothing but statements: what `transaction()` of `app.ts` is, without a unit of work and its cost.
   * The same rules hold: `work` awaits nothing but its `tx`, and may be run again when the database has undone it. On
   * SQLite they come one after another; on PostgreSQL side by side, each seeing what others have committed.
   */
  transaction<T>(work: (tx: Writing) => Promise<T>): Promise<T>;
  /** Runs statements in the open transaction of a unit of work. */
  within(em: EntityManager): Writing;
}

/** An open transaction that writes. */
export interface Writing {
  run<Values extends object, Row>(
    statement: Statement<Values, Row>,
    values: Values,
  ): Promise<{ rows: Row[]; changes: number }>;
  /**
   * Keeps everybody else from changing a row, and from locking it, until the transaction ends. What is read of it and of
   * what belongs to it after this stays true until then. To be called in the order courses, jobs, users, where several are
   * needed, so that no two wait for each other. Does nothing on SQLite, which has one writer at a time.
   * @param through the table that `id` is of, and its column that holds the id of the row to lock
   */
  lock(table: TableName, id: number, through?: { table: TableName; column: string }): Promise<void>;
}

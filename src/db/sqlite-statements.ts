import type { EntityManager } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import { RepeatCache } from '../shared/repeat-cache.js';
import type { CompiledStatement, SqlValue, Statement, Statements, Writing } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import { camelCase, named } from './column-names.js';
import { type SqliteHandle, type SqliteStatement, sqliteDialect } from './sqlite.js';
import type { TurnSnapshot } from './sqlite-snapshot.js';
import type { WalSync } from './sqlite-wal-sync.js';

/**
 * Statements prepared once for each of SQLite's two handles.
 * @param exclusive runs work while nothing else uses the writing handle
 * @param onStatement called with the SQL of every statement
 */
export function sqliteStatements(
  db: Kysely<Tables>,
  handles: { read(): SqliteHandle; write(): SqliteHandle; snapshot: TurnSnapshot; walSync: WalSync },
  exclusive: <T>(work: () => Promise<T>) => Promise<T>,
  onStatement: (sql: string) => void,
): Statements {
  const { snapshot, walSync } = handles;
  const reading = new PreparedStatements(handles.read, () => snapshot.hold(), onStatement);
  const written = new PreparedStatements(handles.write, () => snapshot.end(), onStatement);
  const writing: Writing = {
    run: async (statement, values) => written.run(statement.compile(db, sqliteDialect), values),
    lock: async () => {},
  };
  return {
    read: async (statement, values) =>
      reading.run<RowOf<typeof statement>>(statement.compile(db, sqliteDialect), values).rows,
    arrays: (statement, values) => reading.arrays(statement, values),
    // There is one writing handle: whoever is in a transaction has it.
    within: (_em: EntityManager) => writing,
    async transaction(work) {
      const result = await exclusive(async () => {
        written.execute('begin immediate');
        try {
          const result = await work(writing);
          written.execute('commit');
          return result;
        } catch (error) {
          // A disk that is full ends the transaction by itself.
          if (handles.write().inTransaction) written.execute('rollback');
          throw error;
        }
      });
      await walSync.wait();
      return result;
    },
  };
}

type RowOf<S> = S extends Statement<never, infer Row> ? Row : never;

const MOST_PREPARED = 500;

class PreparedStatements {
  /** They hold memory in SQLite: those used last are kept. */
  readonly #prepared = new RepeatCache<Prepared>({ max: MOST_PREPARED });

  /** @param before called before each statement runs */
  constructor(
    private readonly handle: () => SqliteHandle,
    private readonly before: () => void,
    private readonly onStatement: (sql: string) => void,
  ) {}

  run<Row>(statement: CompiledStatement, values: object): { rows: Row[]; changes: number } {
    const { sql } = statement;
    this.onStatement(sql);
    const prepared = this.#prepare(sql);
    this.before();
    const parameters = statement.fill(values).map(asSqlite);
    if (!prepared.statement.reader) return { rows: [], changes: prepared.statement.run(parameters).changes };
    prepared.columns ??= prepared.statement.columns().map(({ name }) => camelCase(name));
    const rows = named<Row>(prepared.statement.all(parameters) as unknown[][], prepared.columns);
    return { rows, changes: 0 };
  }

  arrays(statement: CompiledStatement, values: object): SqlValue[][] {
    this.onStatement(statement.sql);
    const { statement: prepared } = this.#prepare(statement.sql);
    this.before();
    return prepared.all(statement.fill(values).map(asSqlite)) as SqlValue[][];
  }

  execute(sql: string): void {
    const { statement } = this.#prepare(sql);
    this.before();
    statement.run([]);
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const statement = this.handle().prepare<unknown[]>(sql);
    if (statement.reader) statement.raw(true);
    return this.#prepared.offer(sql, { statement });
  }
}

interface Prepared {
  statement: SqliteStatement;
  /** Names of what it gives, in camel case, once somebody asked for rows. */
  columns?: string[];
}

/** SQLite knows no booleans. */
function asSqlite(value: unknown): unknown {
  return typeof value === 'boolean' ? Number(value) : value;
}

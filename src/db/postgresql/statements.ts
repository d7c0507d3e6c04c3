import type { EntityManager } from '@mikro-orm/sql';
import { CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import type { CompiledStatement, SqlValue, Statement, Statements, Writing } from '../../shared/statement.js';
import type { Tables } from '../../shared/tables.js';
import { camelCase, named, snakeCase } from '../column-names.js';
import type { PostgresClient } from './client.js';
import { postgresDialect } from './dialect.js';
import { retrying, transactionMayRunAgain } from './failures.js';
import type { PostgresPool } from './pool.js';
import type { PostgresReads } from './reads.js';

/**
 * Statements that each connection prepares once.
 * @param onStatement called with the SQL of every statement
 */
export function postgresStatements(
  db: Kysely<Tables>,
  { reads, pool }: { reads: PostgresReads; pool: PostgresPool },
  onStatement: (sql: string) => void,
): Statements {
  const compile = (statement: Statement<never, unknown>) => {
    const compiled = statement.compile(db, postgresDialect);
    onStatement(compiled.sql);
    return compiled;
  };

  function writingOn(client: PostgresClient): Writing {
    return {
      async run<Values extends object, Row>(statement: Statement<Values, Row>, values: Values) {
        const compiled = compile(statement);
        const { rows, fields, rowCount } = await client.run<SqlValue[]>(toSend(compiled, values));
        return { rows: named<Row>(rows, namesOf(fields)), changes: fields.length > 0 ? 0 : (rowCount ?? 0) };
      },
      async lock(table, id, through) {
        const text = lockingOf(table, through);
        onStatement(text);
        await client.run({ text, values: [id], prepared: true });
      },
    };
  }

  async function transactionOnce<T>(work: (tx: Writing) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    try {
      await client.run({ text: 'begin' });
      const result = await work(writingOn(client));
      await client.run({ text: 'commit' });
      return result;
    } catch (error) {
      await client.run({ text: 'rollback' }).catch(() => {});
      throw error;
    } finally {
      client.release();
    }
  }

  return {
    async read<Values extends object, Row>(statement: Statement<Values, Row>, values: Values) {
      const { rows, fields } = await reads.run<SqlValue[]>(toSend(compile(statement), values));
      return named<Row>(rows, namesOf(fields));
    },
    async arrays(statement, values) {
      onStatement(statement.sql);
      return (await reads.run<SqlValue[]>(toSend(statement, values))).rows;
    },
    transaction: (work) => retrying(() => transactionOnce(work), transactionMayRunAgain),
    within: (em) => writingWithin(em, compile, onStatement),
  };
}

/** In the transaction of a unit of work, whose connection Kysely has. */
function writingWithin(
  em: EntityManager,
  compile: (statement: Statement<never, unknown>) => CompiledStatement,
  onStatement: (sql: string) => void,
): Writing {
  const transaction = em.getTransactionContext<Kysely<Tables>>();
  if (!transaction) throw new Error('there is no open transaction');
  return {
    async run<Values extends object, Row>(statement: Statement<Values, Row>, values: Values) {
      const compiled = compile(statement);
      const query = CompiledQuery.raw(compiled.sql, compiled.fill(values));
      const { rows, numAffectedRows }: QueryResult<Record<string, unknown>> = await transaction.executeQuery(query);
      const inCamelCase = rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [camelCase(name), value])),
      );
      return { rows: inCamelCase as Row[], changes: rows.length > 0 ? 0 : Number(numAffectedRows ?? 0) };
    },
    async lock(table, id, through) {
      const text = lockingOf(table, through);
      onStatement(text);
      await transaction.executeQuery(CompiledQuery.raw(text, [id]));
    },
  };
}

function toSend(statement: CompiledStatement, values: object) {
  return { text: statement.sql, values: statement.fill(values), arrays: true, prepared: true };
}

/** Not `for update`: rows that refer to this one may be written meanwhile. */
function lockingOf(table: string, through?: { table: string; column: string }): string {
  const quoted = (name: string) => `"${snakeCase(name)}"`;
  const id = through ? `(select ${quoted(through.column)} from ${quoted(through.table)} where "id" = $1)` : '$1';
  return `select 1 from ${quoted(table)} where "id" = ${id} for no key update`;
}

function namesOf(fields: readonly { name: string }[]): string[] {
  return fields.map(({ name }) => camelCase(name));
}

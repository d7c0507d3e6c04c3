import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { PostgresClient } from './client.js';
import type { PostgresPool } from './pool.js';
import type { PostgresReads } from './reads.js';

/** Kysely's dialect for a unit of work, which takes a connection from the pool and holds it until it ends. */
export function writingDialect(pool: PostgresPool): Dialect {
  return dialectOf(() => new WritingDriver(pool));
}

/** Kysely's dialect for reads: each statement by itself, on whatever connection is free. */
export function readingDialect(reads: PostgresReads): Dialect {
  return dialectOf(() => new ReadingDriver(reads));
}

function dialectOf(createDriver: () => Driver): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
}

/**
 * Kysely's own driver puts a broken connection back into the pool, and loses one on which no transaction could be begun.
 */
class WritingDriver implements Driver {
  constructor(private readonly pool: PostgresPool) {}

  async init(): Promise<void> {}

  async acquireConnection(): Promise<WritingConnection> {
    return new WritingConnection(await this.pool.connect());
  }

  async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    const { client } = connection as WritingConnection;
    const { isolationLevel } = settings;
    try {
      await client.run({ text: isolationLevel ? `begin isolation level ${isolationLevel}` : 'begin' });
    } catch (error) {
      client.release();
      throw error;
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as WritingConnection).client.run({ text: 'commit' });
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as WritingConnection).client.run({ text: 'rollback' }).catch(() => {});
  }

  /** Names are MikroORM's. */
  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await (connection as WritingConnection).client.run({ text: `savepoint ${name}` });
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await (connection as WritingConnection).client.run({ text: `rollback to ${name}` });
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await (connection as WritingConnection).client.run({ text: `release ${name}` });
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as WritingConnection).client.release();
  }

  destroy(): Promise<void> {
    return this.pool.end();
  }
}

class WritingConnection implements DatabaseConnection {
  constructor(readonly client: PostgresClient) {}

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return resultOf(await this.client.run<Row>({ text: sql, values: parameters }));
  }

  // biome-ignore lint/correctness/useYield: nothing here streams rows
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('rows are not streamed');
  }
}

class ReadingDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(private readonly reads: PostgresReads) {
    this.#connection = {
      executeQuery: async <Row>({ sql, parameters }: CompiledQuery) =>
        resultOf(await reads.run<Row>({ text: sql, values: parameters })),
      // biome-ignore lint/correctness/useYield: nothing here streams rows
      async *streamQuery() {
        throw new Error('rows are not streamed');
      },
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new Error('the read handle begins no transactions');
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async releaseConnection(): Promise<void> {}

  destroy(): Promise<void> {
    return this.reads.end();
  }
}

const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE']);

function resultOf<Row>({ rows, rowCount, command }: { rows: Row[]; rowCount: number | null; command: string }) {
  return { rows, ...(CHANGES.has(command) && { numAffectedRows: BigInt(rowCount ?? 0) }) };
}

import type { Answer, Query } from './client.js';
import { readMayRunAgain, retrying } from './failures.js';
import type { PostgresPool } from './pool.js';

/** Reads of committed rows, each on whatever connection is free. One whose connection was lost is sent again. */
export class PostgresReads {
  constructor(private readonly pool: PostgresPool) {}

  run<Row>(query: Query): Promise<Answer<Row>> {
    return retrying(() => this.#runOnce<Row>(query), readMayRunAgain);
  }

  /** No read is taken any more. */
  end(): Promise<void> {
    return this.pool.end();
  }

  async #runOnce<Row>(query: Query): Promise<Answer<Row>> {
    const client = await this.pool.connect();
    try {
      return await client.run<Row>(query);
    } finally {
      client.release();
    }
  }
}

// biome-ignore lint/style/noRestrictedImports: the one importer
import pg from 'pg';
import { PostgresClient, StatementNames } from './client.js';
import { markLost } from './failures.js';

/** How the connections of a pool are opened, and how long each may be kept waiting. Milliseconds; 0 is no bound. */
export interface PoolOptions {
  url: string;
  most: number;
  /** To open a connection, and to get one while all are taken. */
  connectMs: number;
  statementMs: number;
  /** Shown by `pg_stat_activity`. */
  name: string;
}

/**
 * A transaction here waits for nothing but the database. One that is idle for so long is that of a process that was
 * stopped: it must not hold the rows that another process takes over.
 */
const IDLE_IN_TRANSACTION_MS = 5000;
/** Beyond what the server allows itself: the answer of a server that is cut off from us never comes. */
const ANSWER_MARGIN_MS = 2000;
const IDLE_MS = 30_000;

/** Numbers as SQLite gives them. No column of ours holds an integer that JavaScript cannot. */
const NUMBERS = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
]);
const asText = (text: string) => text;

/** @param jsonAsText as SQLite has it, for our own statements; parsed, as MikroORM wants it, when false */
function typesOf(jsonAsText: boolean): pg.CustomTypesConfig {
  const parsers = new Map(NUMBERS);
  if (jsonAsText) for (const type of [pg.types.builtins.JSON, pg.types.builtins.JSONB]) parsers.set(type, asText);
  const getTypeParser = (oid: number, format?: 'text') => parsers.get(oid) ?? pg.types.getTypeParser(oid, format);
  return { getTypeParser: getTypeParser as typeof pg.types.getTypeParser };
}

/** A bounded number of connections. Whoever finds none free waits for one, for a while. */
export class PostgresPool {
  readonly #pool: pg.Pool;
  readonly #clients = new WeakMap<pg.PoolClient, PostgresClient>();
  readonly #names = new StatementNames();
  /** How often an answer did not come: connections from before are not trusted, so that not each is waited for in vain. */
  #silences = 0;

  constructor({ url, most, connectMs, statementMs, name }: PoolOptions, jsonAsText: boolean) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: most,
      connectionTimeoutMillis: connectMs,
      idleTimeoutMillis: IDLE_MS,
      keepAlive: true,
      application_name: name,
      types: typesOf(jsonAsText),
      // Compiling a statement takes longer than running any of ours; MikroORM writes values as strings of this kind.
      options: '-c jit=off -c standard_conforming_strings=on',
      ...(statementMs > 0 && {
        statement_timeout: statementMs,
        query_timeout: statementMs + ANSWER_MARGIN_MS,
        idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      }),
    });
    // Without a listener the end of a connection would end the process. The pool has dropped the connection by then.
    this.#pool.on('error', () => {});
    this.#pool.on('connect', (client) => client.on('error', () => {}));
  }

  /** @throws when no connection is to be had in time */
  async connect(): Promise<PostgresClient> {
    for (;;) {
      const client = this.#known(await this.#take());
      if (client.openedAfter === this.#silences) return client;
      client.discard();
    }
  }

  async #take(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (!this.#pool.ended) markLost(error, false);
      throw error;
    }
  }

  #known(client: pg.PoolClient): PostgresClient {
    let known = this.#clients.get(client);
    if (!known) {
      const onSilence = () => void this.#silences++;
      known = new PostgresClient(client, this.#names, this.#silences, onSilence);
      this.#clients.set(client, known);
    }
    return known;
  }

  /** Resolves when its connections are closed; those in use are when they are released. */
  async end(): Promise<void> {
    if (!this.#pool.ended && !this.#pool.ending) await this.#pool.end();
  }
}

// biome-ignore lint/style/noRestrictedImports: the one importer
import pg from 'pg';
import { RepeatCache } from '../../shared/repeat-cache.js';
import { storable } from '../../shared/storable.js';
import { endsConnection, isSilence, markLost } from './failures.js';

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

export interface Query {
  text: string;
  values?: readonly unknown[];
  /** Rows as lists of values instead of objects. */
  arrays?: boolean;
  /** Whether it is prepared by the connections that it is sent on, once it was sent twice. */
  prepared?: boolean;
}

export type Answer<Row> = pg.QueryResult<Row & pg.QueryResultRow>;

/**
 * A transaction here waits for nothing but the database. One that is idle for so long is that of a process that was
 * stopped: it must not hold the rows that another process takes over.
 */
const IDLE_IN_TRANSACTION_MS = 5000;
/** Beyond what the server allows itself: the answer of a server that is cut off from us never comes. */
const ANSWER_MARGIN_MS = 2000;
/** Statements that are prepared, those used last. They hold memory in the server, for each connection. */
const MOST_PREPARED = 250;
/** A connection that holds more, forgotten ones among them, is replaced. */
const MOST_HELD = 500;
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

/** A connection, while it is taken from its pool. */
export class PostgresClient {
  readonly #held = new Set<string>();
  #broken = false;

  constructor(
    private readonly client: pg.PoolClient,
    private readonly names: StatementNames,
    /** The silences of its pool when it was opened. */
    readonly openedAfter: number,
    private readonly onSilence: () => void,
  ) {}

  async run<Row>({ text, values = [], arrays = false, prepared = false }: Query): Promise<Answer<Row>> {
    const isCommit = text === 'commit';
    // Whatever was begun ended with the connection.
    if (this.#broken && text === 'rollback') return NOTHING as Answer<Row>;
    const name = prepared ? this.names.of(text) : undefined;
    if (name) this.#held.add(name);
    try {
      return await this.client.query({
        text: storable(text),
        values: values.map(storableValue),
        ...(arrays && { rowMode: 'array' as const }),
        ...(name && { name }),
      });
    } catch (error) {
      if (endsConnection(error)) {
        this.#broken = true;
        markLost(error, isCommit);
        if (isSilence(error)) this.onSilence();
      }
      throw error;
    }
  }

  /** Closes it. */
  discard(): void {
    this.client.release(true);
  }

  /** Gives it back to the pool, which closes one that is broken. */
  release(): void {
    this.client.release(this.#broken || this.#held.size > MOST_HELD);
  }
}

/** The names of statements that are worth to be prepared: texts that came before, and none that are made up each time. */
class StatementNames {
  readonly #known = new RepeatCache<{ name: string }>({ max: MOST_PREPARED });
  #given = 0;

  of(text: string): string | undefined {
    const known = this.#known.get(text);
    if (!known) this.#known.offer(text, { name: `s${++this.#given}` });
    return known?.name;
  }
}

const NOTHING = { rows: [], rowCount: 0, command: 'ROLLBACK', oid: 0, fields: [] };

/** What slices have not looked at, such as a name that is searched for. */
function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  return Array.isArray(value) ? value.map(storableValue) : value;
}

// biome-ignore lint/style/noRestrictedImports: types alone
import type pg from 'pg';
import { RepeatCache } from '../../shared/repeat-cache.js';
import { storable } from '../../shared/storable.js';
import { endsConnection, isSilence, markLost } from './failures.js';

export interface Query {
  text: string;
  values?: readonly unknown[];
  /** Rows as lists of values instead of objects. */
  arrays?: boolean;
  /** Whether it is prepared by the connections that it is sent on, once it was sent twice. */
  prepared?: boolean;
}

export type Answer<Row> = pg.QueryResult<Row & pg.QueryResultRow>;

/** Statements that are prepared, those used last. They hold memory in the server, for each connection. */
const MOST_PREPARED = 250;
/** A connection that holds more, forgotten ones among them, is replaced. */
const MOST_HELD = 500;

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
      const answer = await this.client.query({
        text: storable(text),
        values: values.map(storableValue),
        ...(arrays && { rowMode: 'array' as const }),
        ...(name && { name }),
      });
      // After a statement that failed, the server answers a commit with its undoing, and with no error.
      if (isCommit && answer.command !== 'COMMIT') throw new Undone();
      return answer;
    } catch (error) {
      if (!(error instanceof Undone) && endsConnection(error)) {
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
export class StatementNames {
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

class Undone extends Error {
  override readonly message = 'the transaction was undone: one of its statements had failed';
}

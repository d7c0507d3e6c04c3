import { indexedUnits } from '../moments/postgresql-units.js';
import { PostgresPool } from '../postgresql/pool.js';
import type { Batch, Cells, Column, TableName } from './tables.js';
import { MOST_ROWS, TABLES } from './tables.js';

/** The PostgreSQL database that a school is moved to. */
export interface Target {
  /** Says that it is being filled, which only an empty database may be. @throws when it holds another school */
  begin(): Promise<void>;
  columns(table: TableName): Promise<Column[]>;
  /** The id up to which a table has been filled. */
  lastId(table: TableName): Promise<number>;
  insert(table: TableName, columns: readonly Column[], batch: Batch): Promise<void>;
  rows(table: TableName, columns: readonly Column[]): AsyncGenerator<Cells>;
  /** Lets new ids begin after this one. */
  setLastId(table: TableName, id: number): Promise<void>;
  /** Cues that the full-text index does not hold. */
  unindexedCues(): Promise<number>;
  finish(): Promise<void>;
  close(): Promise<void>;
}

export function openTarget(url: string, connectMs: number): Target {
  const pool = new PostgresPool({ url, most: 1, connectMs, statementMs: 0, name: 'lectern move' }, true);

  async function run<Row = Record<string, never>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = await pool.connect();
    try {
      return (await client.run<Row>({ text, values })).rows;
    } finally {
      client.release();
    }
  }

  async function inTransaction(work: () => Promise<void>): Promise<void> {
    await run('begin');
    try {
      await work();
      await run('commit');
    } catch (error) {
      await run('rollback').catch(() => {});
      throw error;
    }
  }

  const quoted = (columns: readonly Column[]) => columns.map(({ name }) => `"${name}"`).join(', ');

  return {
    async begin() {
      await run('create table if not exists moved_school (begun_at timestamptz not null, finished_at timestamptz)');
      const [moved] = await run<{ finished_at: string | null }>('select * from moved_school');
      if (moved?.finished_at) throw new Error('This database holds a school that was moved to it, and is in use.');
      if (moved) return;
      for (const table of TABLES) {
        const [row] = await run(`select 1 from "${table}" limit 1`);
        if (row) throw new Error(`This database is not empty: there are rows in ${table}. Name an empty one.`);
      }
      await run('insert into moved_school values (now(), null)');
    },
    columns: (table) =>
      run<Column>(
        `select column_name as name, data_type as type from information_schema.columns
         where table_schema = current_schema() and table_name = $1 order by ordinal_position`,
        [table],
      ),
    async lastId(table) {
      const [row] = await run<{ last: number }>(`select coalesce(max(id), 0) as last from "${table}"`);
      return row?.last ?? 0;
    },
    insert: (table, columns, { rows }) =>
      inTransaction(async () => {
        const names = quoted(columns);
        const records = `[${rows.map((row) => recordOf(columns, row)).join(',')}]`;
        await run(
          `insert into "${table}" (${names}) select ${names} from json_populate_recordset(null::"${table}", $1::json)`,
          [records],
        );
        if (table === 'transcript_cues') await indexCues(columns, rows);
      }),
    async *rows(table, columns) {
      for (let last = 0; ; ) {
        const text = `select ${quoted(columns)} from "${table}" where id > $1 order by id limit ${MOST_ROWS}`;
        const rows = await run<Record<string, Cells[number]>>(text, [last]);
        for (const row of rows) yield columns.map(({ name }) => row[name] ?? null);
        if (rows.length < MOST_ROWS) return;
        last = Number(rows.at(-1)?.id);
      }
    },
    async setLastId(table, id) {
      if (id === 0) return;
      await run(`select setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, id]);
    },
    async unindexedCues() {
      const [row] = await run<{ count: number }>(
        'select (select count(*) from transcript_cues) - (select count(*) from cues_fts) as count',
      );
      return row?.count ?? -1;
    },
    async finish() {
      await run('update moved_school set finished_at = now()');
      await run('analyze');
    },
    close: () => pool.end(),
  };

  async function indexCues(columns: readonly Column[], rows: readonly Cells[]): Promise<void> {
    const [id, text] = ['id', 'text'].map((name) => columns.findIndex((column) => column.name === name));
    const ids = rows.map((row) => row[id as number]);
    const units = rows.map((row) => indexedUnits(String(row[text as number])));
    await run('insert into cues_fts (cue_id, units) select * from unnest($1::bigint[], $2::text[]::tsvector[])', [
      ids,
      units,
    ]);
  }
}

/** A row as the JSON that PostgreSQL fills a record from. Stored JSON keeps its letters. */
function recordOf(columns: readonly Column[], row: Cells): string {
  const members = columns.map(({ name, type }, index) => {
    const value = row[index] ?? null;
    return `${JSON.stringify(name)}:${type === 'json' && value !== null ? value : JSON.stringify(value)}`;
  });
  return `{${members.join(',')}}`;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { storable } from '../../shared/storable.js';
import { openWriter } from '../sqlite-file.js';
import { type Batch, batchesOf, type Cells, type Column, type TableName } from './tables.js';

/** The SQLite school that is moved. Nobody else writes to it as long as it is open. */
export interface Source {
  /** Rows after an id, ascending. */
  batches(table: TableName, columns: readonly Column[], afterId: number): Generator<Batch>;
  /** The last id that was ever given, also if its row is gone: ids are not given again. */
  lastIdEver(table: TableName): number;
  close(): void;
}

/** @throws when there is no school in the folder */
export function requireSchool(dataDir: string): void {
  const file = join(dataDir, 'app.db');
  if (!existsSync(file)) throw new Error(`There is no ${file}: set DATA_DIR to the folder of the school.`);
}

/** @throws when a server is writing to it */
export function openSource(dataDir: string): Source {
  const database = openWriter(join(dataDir, 'app.db'));
  database.exec('begin immediate');
  return {
    batches(table, columns, afterId) {
      const names = columns.map(({ name }) => `"${name}"`).join(', ');
      const rows = database.prepare(`select ${names} from "${table}" where id > ? order by id`).raw().iterate(afterId);
      return batchesOf(cellsOf(rows as Iterable<unknown[]>, columns));
    },
    lastIdEver(table) {
      const found = database.prepare('select seq from sqlite_sequence where name = ?').pluck().get(table);
      return Number(found ?? 0);
    },
    close() {
      database.exec('rollback');
      database.close();
    },
  };
}

function* cellsOf(rows: Iterable<unknown[]>, columns: readonly Column[]): Generator<Cells> {
  for (const row of rows) {
    yield row.map((value, index) => {
      // SQLite knows no booleans.
      if (columns[index]?.type === 'boolean' && value !== null) return value === 1;
      return typeof value === 'string' ? storable(value) : (value as Cells[number]);
    });
  }
}

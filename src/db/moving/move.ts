import { createHash } from 'node:crypto';
import type { Source } from './source.js';
import { type Cells, type Column, TABLES, type TableName } from './tables.js';
import type { Target } from './target.js';

/** What a table held on both sides. */
export interface Moved {
  table: TableName;
  rows: number;
  /** SHA-256 over all rows by id, the beginning of it in hexadecimal. */
  checksum: string;
}

/**
 * Copies a school in bounded memory, table by table and batch by batch, each batch in a transaction: after a stop it goes
 * on behind the last id that is there. Then reads all of both sides and compares them.
 * @param say told of what is done
 * @throws when the target holds another school, or a table is not the same in the end
 */
export async function moveSchool(source: Source, target: Target, say: (line: string) => void): Promise<Moved[]> {
  await target.begin();
  for (const table of TABLES) {
    const columns = await columnsOf(target, table);
    let copied = 0;
    for (const batch of source.batches(table, columns, await target.lastId(table))) {
      await target.insert(table, columns, batch);
      copied += batch.rows.length;
    }
    // A cue's id is that of its place.
    if (table !== 'transcript_cues') await target.setLastId(table, source.lastIdEver(table));
    say(`${table}: ${copied} rows copied`);
  }
  const moved: Moved[] = [];
  for (const table of TABLES) moved.push(await compare(source, target, table));
  const unindexed = await target.unindexedCues();
  if (unindexed !== 0) throw new Error(`The full-text index lacks ${unindexed} cues.`);
  await target.finish();
  return moved;
}

async function compare(source: Source, target: Target, table: TableName): Promise<Moved> {
  const columns = await columnsOf(target, table);
  const [ours, theirs] = [new Checksum(), new Checksum()];
  for (const { rows } of source.batches(table, columns, 0)) for (const row of rows) ours.add(row);
  for await (const row of target.rows(table, columns)) theirs.add(row);
  const [here, there] = [ours.end(), theirs.end()];
  if (here.checksum !== there.checksum) {
    throw new Error(
      `${table} is not the same: ${here.rows} rows (${here.checksum}) here, ${there.rows} (${there.checksum}) there.`,
    );
  }
  return { table, ...here };
}

/** By id first, as batches need it. */
async function columnsOf(target: Target, table: TableName): Promise<Column[]> {
  const columns = await target.columns(table);
  return columns.toSorted((a, b) => Number(b.name === 'id') - Number(a.name === 'id'));
}

class Checksum {
  readonly #hash = createHash('sha256');
  #rows = 0;

  add(row: Cells): void {
    this.#rows++;
    this.#hash.update(`${JSON.stringify(row)}\n`);
  }

  end(): { rows: number; checksum: string } {
    return { rows: this.#rows, checksum: this.#hash.digest('hex').slice(0, 16) };
  }
}

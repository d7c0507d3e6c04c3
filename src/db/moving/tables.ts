/** The tables of a school, each after those that its foreign keys name. All have an id, which rises. */
export const TABLES = [
  'users',
  'sessions',
  'refresh_tokens',
  'audit_log',
  'credit_entries',
  'ai_usage_logs',
  'courses',
  'lessons',
  'transcript_revisions',
  'transcripts',
  'transcript_cues',
  'uploads',
  'video_sources',
  'processing_jobs',
  'speech_parts',
  'chat_history',
] as const;

export type TableName = (typeof TABLES)[number];

/** A column and its type, as PostgreSQL names it. */
export interface Column {
  name: string;
  type: string;
}

/** Values in the order of the table's columns, each as JSON holds it: what both databases are read into. */
export type Cells = readonly (string | number | boolean | null)[];

/** Rows of some bytes, so that a batch takes no more memory than its largest row allows. */
export interface Batch {
  rows: Cells[];
  lastId: number;
}

export const MOST_ROWS = 1000;
export const MOST_BYTES = 2_000_000;

/** Gathers rows, whose first cell is the id, into batches. */
export function* batchesOf(rows: Iterable<Cells>): Generator<Batch> {
  let batch: Cells[] = [];
  let bytes = 0;
  for (const row of rows) {
    batch.push(row);
    for (const cell of row) bytes += typeof cell === 'string' ? cell.length : 8;
    if (batch.length < MOST_ROWS && bytes < MOST_BYTES) continue;
    yield { rows: batch, lastId: Number(row[0]) };
    batch = [];
    bytes = 0;
  }
  const last = batch.at(-1);
  if (last) yield { rows: batch, lastId: Number(last[0]) };
}

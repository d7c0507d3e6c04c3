// biome-ignore lint/style/noRestrictedImports: the one importer
import Database from 'better-sqlite3';
import { indexedText } from '../videos/moments/units.js';

// Imports little: the thread that searches opens the file too, and starts the sooner.

const BUSY_TIMEOUT_MS = 5000;

/** The handle that writes. */
export function openWriter(file: string): Database.Database {
  const database = new Database(file);
  // Before WAL: switching the journal mode takes a lock that another starting process may hold.
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('journal_mode = WAL');
  // Not FULL, whose commits hold up the event loop until the disk has them: who commits waits for `WalSync` instead.
  database.pragma('synchronous = NORMAL');
  database.pragma('foreign_keys = ON');
  return withFunctions(database);
}

/** A handle that only reads, and never waits for the writer (WAL). */
export function openReader(file: string): Database.Database {
  const database = new Database(file, { readonly: true });
  database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.pragma('foreign_keys = ON');
  return withFunctions(database);
}

/** What the triggers of the full-text index call. */
function withFunctions(database: Database.Database): Database.Database {
  return database.function('cue_units', { deterministic: true }, (text) => indexedText(String(text)));
}

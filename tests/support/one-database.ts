import { describe } from '@jest/globals';
import { onPostgres } from './database.js';

/** A `describe` for what is said of SQLite alone: its file, its write-ahead log, its migrations. */
export function describeSqlite(name: string, reason: string, tests: () => void): void {
  if (!onPostgres) return void describe(name, tests);
  process.stderr.write(`left out on PostgreSQL, "${name}": ${reason}\n`);
  describe.skip(name, tests);
}

/** A `describe` for what is said of PostgreSQL alone. */
export function describePostgres(name: string, reason: string, tests: () => void): void {
  if (onPostgres) return void describe(name, tests);
  process.stderr.write(`left out on SQLite, "${name}": ${reason} (npm run test:postgres)\n`);
  describe.skip(name, tests);
}

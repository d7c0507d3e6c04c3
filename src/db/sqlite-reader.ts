// biome-ignore lint/style/noRestrictedImports: a type alone
import type Database from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { Reader, SqlValue } from '../shared/reader.js';

/** Prepared statements hold memory in SQLite: those used last are kept. */
const MOST_STATEMENTS = 500;

interface Prepared {
  statement: Database.Statement<SqlValue[], SqlValue[]>;
  /** The names of the columns, in camel case. */
  names: readonly string[];
}

/** Runs statements by their text, each prepared once. */
export function sqliteReader(open: () => Database.Database, onStatement: (sql: string) => void): Reader {
  const known = new LRUCache<string, Prepared>({ max: MOST_STATEMENTS });

  function prepared(sql: string): Prepared {
    onStatement(sql);
    let found = known.get(sql);
    if (!found) {
      const statement = open().prepare<SqlValue[], SqlValue[]>(sql).raw(true);
      found = { statement, names: statement.columns().map(({ name }) => camelCase(name)) };
      known.set(sql, found);
    }
    return found;
  }

  return {
    arrays: (sql, values) => prepared(sql).statement.all(...values),
    rows<Row>(sql: string, values: readonly SqlValue[]) {
      const { statement, names } = prepared(sql);
      return statement.all(...values).map((row) => {
        const named: Record<string, SqlValue> = {};
        for (const [index, name] of names.entries()) named[name] = row[index] ?? null;
        return named as Row;
      });
    },
  };
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

// biome-ignore lint/style/noRestrictedImports: a type alone
import type Database from 'better-sqlite3';
import { atTurnEnd } from '../shared/turn-end.js';

/**
 * The count of changes to what the public may read, which triggers keep. Asked once for each turn of the event loop:
 * whatever is answered in a turn was sent before it, so before it is asked. `data_version` tells without a read of
 * the count whether anybody has committed anything at all.
 */
export function catalogueVersion(open: () => Database.Database): () => number {
  let statements: { anything: Database.Statement; version: Database.Statement } | undefined;
  let seen: unknown;
  let version = 0;
  let isFresh = false;
  const staleLater = atTurnEnd(() => {
    isFresh = false;
  });
  return () => {
    if (isFresh) return version;
    statements ??= {
      anything: open().prepare('pragma data_version').pluck(),
      version: open().prepare('select version from catalogue_version').pluck(),
    };
    const now = statements.anything.get();
    if (now !== seen) {
      version = statements.version.get() as number;
      seen = now;
    }
    isFresh = true;
    staleLater();
    return version;
  };
}

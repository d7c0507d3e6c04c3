import DataLoader from 'dataloader';
import type { RequestContext } from './request-context.js';

/**
 * A read by key that gathers the keys asked for in one turn of an operation into one statement: the answer to N+1.
 * Nothing is cached beyond the batch: a mutation's second field must see what its first one wrote.
 */
export function batched<Key, Value>(
  readAll: (ctx: RequestContext, keys: readonly Key[]) => Promise<Map<Key, Value>>,
): (ctx: RequestContext, key: Key) => Promise<Value | undefined> {
  const loaders = new WeakMap<RequestContext, DataLoader<Key, Value | undefined>>();
  return (ctx, key) => {
    let loader = loaders.get(ctx);
    if (!loader) {
      const load = async (keys: readonly Key[]) => {
        const found = await readAll(ctx, [...new Set(keys)]);
        return keys.map((each) => found.get(each));
      };
      loader = new DataLoader(load, { cache: false });
      loaders.set(ctx, loader);
    }
    return loader.load(key);
  };
}

/** Rows under their key, for a to-one read. */
export function byKey<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row> {
  return new Map(rows.map((row) => [keyOf(row), row]));
}

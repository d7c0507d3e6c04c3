import { Extensions } from 'type-graphql';
import type { CountOf, DocumentsIn, SecondsOf, TextFrom, ToMany, ToOne } from './relation.js';
import type { PageRead, RowRead, RowsRead } from './root-read.js';

/**
 * How a field is read, said once by its slice: the resolver calls it, and a compiled plan makes SQL of it. A leaf
 * field without a resolver is the column of its name and needs no word.
 */
export type Reading = ToOne | ToMany | CountOf | SecondsOf | DocumentsIn | TextFrom | RowRead | RowsRead | PageRead;

/** Ties a resolver to what it reads, so that plans may read the same. The resolver must do nothing else. */
export function Reads(reading: Reading): MethodDecorator {
  return Extensions({ reading });
}

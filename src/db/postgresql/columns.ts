import { BigIntType, type EntityMetadata, IntegerType, JsonType, StringType, TextType } from '@mikro-orm/core';

/**
 * What the rows say in SQLite's types, in PostgreSQL's. SQLite's integers have 64 bits and its texts no length: so
 * integers are `bigint` here (a cue's id passes 32 bits with the 65,536th revision, and a number that no row has must be
 * found nowhere instead of being out of range), strings are `text`, and stored JSON keeps its letters (`json`, not `jsonb`).
 */
export function asPostgresColumns({ className, properties }: EntityMetadata): void {
  for (const property of Object.values(properties)) {
    const type: unknown = property.type;
    if (type === IntegerType) property.type = new BigIntType('number') as never;
    if (type === StringType) property.type = TextType as never;
    if (type === JsonType) property.columnTypes = ['json'];
    // Its id says its place.
    if (className === 'CueRow' && property.name === 'id') property.autoincrement = false;
  }
}

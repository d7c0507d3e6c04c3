import type { EntityManager } from '@mikro-orm/sql';
import type { RawBuilder } from 'kysely';

/** What SQLite and PostgreSQL say differently. Everything else of our SQL is the same in both. */
export interface Dialect {
  name: 'sqlite' | 'postgresql';
  /** SQL expression: the database's own clock, in milliseconds since 1970. Leases are kept by it alone. */
  nowMs: RawBuilder<number>;
  /** The same clock, read inside the transaction of a unit of work. */
  readNowMs(em: EntityManager): Promise<number>;
  json: JsonSql;
  /** A query whose rows nobody else may change until the transaction ends; SQLite has one writer at a time anyway. */
  locked<Query extends { forNoKeyUpdate(): Query }>(query: Query): Query;
  /** Adds cues that were written to the full-text index, in their transaction, where triggers cannot. */
  indexCues(em: EntityManager, cues: readonly { id: number; text: string }[]): Promise<void>;
  /** A step of keeping the full-text index fast, in a transaction of its own after some cues were written or removed. */
  mergeCueIndex(em: EntityManager): Promise<void>;
}

/**
 * JSON made by the database, to the letter as `JSON.stringify` makes it. Each gives a SQL expression, and takes those that
 * others of them gave; columns and conditions are SQL of the caller's.
 */
export interface JsonSql {
  /** An object, from names (GraphQL's, so without quotes) and expressions. */
  object(members: readonly (readonly [name: string, value: string])[]): string;
  /** The list of an expression over the rows of a subquery; `[]` without rows. */
  list(element: string, from: string): string;
  /** An aggregate: the expressions over all rows as one text, parted by `ROW_SEPARATOR`; null without rows. */
  joined(element: string): string;
  /** An aggregate: the position of each row, parted by spaces, its numbers by colons. */
  positions(columns: readonly string[]): string;
  /** A list that is stored as JSON, with the members of each of its objects that are named. */
  documents(column: string, members: readonly (readonly [name: string, member: string, type: LeafType])[]): string;
  /** A column as a value of its GraphQL type. */
  leaf(column: string, type: LeafType): string;
  /** A text that is always the same: letters, digits and underscores. */
  constant(text: string): string;
  /** A whole number that a SQL expression gives. */
  count(expression: string): string;
  /** A place in the JSON for a text that is made of an id, or another column's value where the id is null. */
  place(index: number, id: string, otherwise: string): string;
  /** A column of milliseconds as a number of seconds. */
  seconds(column: string): string;
}

/** How a leaf is written: as it is stored, as a string, or from what stands for it in the database. */
export type LeafType = 'stored' | 'id' | 'boolean' | 'dateTime';

/** What stands in a place: no text of JSON holds its begin, whose quotes would be escaped, and no field is named `$`. */
export const PLACE_BEGINS = '{"$":[';
export const PLACE = /\{"\$":\[(\d+),(\d+)\]\}/g;

/** No text of JSON holds it: strings escape it. */
export const ROW_SEPARATOR = '\x1e';

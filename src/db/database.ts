import type { MikroORM } from '@mikro-orm/core';
import type { AbstractSqlDriver, SqlEntityManager } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import type { Dialect } from '../shared/dialect.js';
import type { Statements } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import type { CueIndex } from '../videos/moments/cue-index.js';

/** A database and all that is done with it, whichever it is. */
export interface OpenDatabase {
  orm: Orm;
  read: Kysely<Tables>;
  statements: Statements;
  dialect: Dialect;
  durable(): Promise<void>;
  retrying<T>(work: () => Promise<T>): Promise<T>;
  catalogueVersion(): number | Promise<number>;
  cueIndex: CueIndex;
  /** Runs work on the schema, which no other process does meanwhile. */
  migrating<T>(work: (orm: Orm) => Promise<T>): Promise<T>;
  /** Closes all handles; statements under way end first. */
  close(): Promise<void>;
}

/** MikroORM, on whichever database. */
// biome-ignore lint/suspicious/noExplicitAny: each driver has types of its own
export type Orm = MikroORM<any, SqlEntityManager<AbstractSqlDriver>>;

export interface OpenOptions {
  /** Called with the SQL of every statement, for tests that count them. */
  onStatement(sql: string): void;
  /** The script of the thread that searches; tests have one in which it fails. */
  searchThread: string | URL;
}

/** The configured database does not answer: `message` says where it was looked for, and why it was not found. */
export class DatabaseUnreachable extends Error {}

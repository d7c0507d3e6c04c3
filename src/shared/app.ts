import type { EntityManager } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Bus } from './bus.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import type { Dialect } from './dialect.js';
import type { Hooks } from './hooks.js';
import type { Metrics } from './metrics.js';
import type { Counters } from './rate.js';
import type { Statements } from './statement.js';
import type { Tables } from './tables.js';

/** What lives as long as the server. Slices add their own long-lived parts by declaration merging. */
export interface App {
  config: Config;
  clock: Clock;
  log: Logger;
  /** Committed rows only, never blocked by a writer. Column names in camel case, values as stored. */
  read: Kysely<Tables>;
  /** Statements that are built once, on the same data. */
  statements: Statements;
  /** The root of all units of work: never used itself, only through `transaction()`. */
  em: EntityManager;
  dialect: Dialect;
  /** Resolves when all that was committed before would survive a power cut. */
  durable(): Promise<void>;
  /**
   * Runs a transaction again when the database has undone it for reasons of its own, or was lost before the commit was
   * sent. Never one whose commit may have been done.
   */
  retrying<T>(work: () => Promise<T>): Promise<T>;
  /** A number that is another after each committed change to what the public may read, whoever made it. */
  catalogueVersion(): number | Promise<number>;
  /** Whether the server is about to stop: balancers are told to go elsewhere, and everything is served still. */
  isLeaving: boolean;
  hooks: Hooks;
  /** To the other processes of the school. */
  bus: Bus;
  /** Where rates count. */
  counters: Counters;
  /** Whether queries may be answered by compiled plans; a test that compares them with the execution says no. */
  plans: boolean;
  metrics: Metrics;
  /** Named points at which a test may stop or kill the process; resolves at once in production. */
  checkpoint(name: string): Promise<void>;
}

/**
 * Runs `work` in one transaction with an `em` of its own, commits it and waits until the disk has it, or rolls back and
 * rethrows. Others may read it as soon as it is committed. On PostgreSQL others write meanwhile, and `work` may run again.
 * Inside, await nothing but this `em`: SQLite has one writing connection, and a query through another fork would wait
 * for this transaction for ever. Transactions that need the caller's read data take it before they begin.
 */
export async function transaction<T>(app: App, work: (em: EntityManager) => Promise<T>): Promise<T> {
  const result = await app.retrying(() => app.em.fork().transactional(work));
  await app.durable();
  return result;
}

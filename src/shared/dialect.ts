import type { EntityManager } from '@mikro-orm/sql';
import type { RawBuilder } from 'kysely';

/** What SQLite and PostgreSQL say differently. Everything else of our SQL is the same in both. */
export interface Dialect {
  name: 'sqlite' | 'postgresql';
  /** SQL expression: the database's own clock, in milliseconds since 1970. Leases are kept by it alone. */
  nowMs: RawBuilder<number>;
  /** The same clock, read inside a transaction. */
  readNowMs(em: EntityManager): Promise<number>;
  /** A step of keeping the full-text index fast, in a transaction of its own after some cues were written or removed. */
  mergeCueIndex(em: EntityManager): Promise<void>;
}

import type { RawBuilder } from 'kysely';

/** What SQLite and PostgreSQL say differently. Everything else of our SQL is the same in both. */
export interface Dialect {
  name: 'sqlite' | 'postgresql';
  /** SQL expression: the database's own clock, in milliseconds since 1970. Leases are kept by it alone. */
  nowMs: RawBuilder<number>;
}

import type { EntityManager } from '@mikro-orm/sql';
import { sql } from 'kysely';
import type { Dialect } from '../../shared/dialect.js';
import { indexedUnits } from '../moments/postgresql-units.js';
import { postgresJson } from './json.js';

/** Not `now()`, which stands still in a transaction that waits for a lock. */
const nowMs = () => sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;

export const postgresDialect: Dialect = {
  name: 'postgresql',
  json: postgresJson,
  nowMs: nowMs(),
  async readNowMs(em: EntityManager) {
    const { now } = await em.getKysely<object>().selectNoFrom(nowMs().as('now')).executeTakeFirstOrThrow();
    return now;
  },
  locked: (query) => query.forNoKeyUpdate(),
  async indexCues(em, cues) {
    const ids = cues.map(({ id }) => id);
    const units = cues.map(({ text }) => indexedUnits(text));
    await sql`insert into cues_fts (cue_id, units)
      select * from unnest(${ids}::bigint[], ${units}::text[]::tsvector[])`.execute(em.getKysely<object>());
  },
  // GIN keeps itself.
  async mergeCueIndex() {},
};

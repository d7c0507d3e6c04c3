import { sql } from 'kysely';
import { indexedUnits } from '../../src/db/moments/postgresql-units.js';
import { transaction } from '../../src/shared/app.js';
import { onPostgres } from '../support/database.js';
import type { TestServer } from '../support/server.js';

/** The texts that the index finds for any of these words, in whatever revision; or in what readers have. */
export async function indexed({ app }: TestServer, words: readonly string[], live = false): Promise<string[]> {
  const scopes = live ? sql`join cue_scopes on cue_scopes.revision_id = c.revision_id` : sql``;
  const matching = onPostgres
    ? sql`cues_fts.cue_id = c.id where cues_fts.units @@ ${words.map((word) => `'${word}'`).join(' | ')}::tsquery`
    : sql`cues_fts.rowid = c.id where cues_fts match ${words.join(' OR ')}`;
  const query = sql<{ text: string }>`
    select c.text from transcript_cues c ${scopes} join cues_fts on ${matching} order by c.id`;
  return (await query.execute(app.read)).rows.map(({ text }) => text);
}

/** Fails when the index says anything but what the cues say. */
export async function checkIndex({ app }: TestServer): Promise<void> {
  if (!onPostgres) {
    const check = "insert into cues_fts (cues_fts, rank) values ('integrity-check', 1)";
    return void (await transaction(app, (em) => em.execute(check)));
  }
  const { rows } = await sql<{ text: string | null; units: string | null }>`
    select c.text, cues_fts.units::text as units from transcript_cues c full join cues_fts on cues_fts.cue_id = c.id`.execute(
    app.read,
  );
  for (const { text, units } of rows) {
    const { rows: same } = await sql<{ same: boolean }>`
      select ${indexedUnits(text ?? '')}::tsvector = ${units}::tsvector as same`.execute(app.read);
    if (!same[0]?.same) throw new Error(`the index says ${units} of ${text}`);
  }
}

/** Writes something into the index that no cue says. */
export async function spoilIndex({ app }: TestServer): Promise<void> {
  const spoil = onPostgres
    ? `update cues_fts set units = '''nobody'':1 ''said'':2'`
    : "insert into cues_fts (rowid, units) values (900, 'nobody said this')";
  await transaction(app, (em) => em.execute(spoil));
}

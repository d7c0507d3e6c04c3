import type { MikroORM } from '@mikro-orm/sqlite';

/** Brings the database to the newest schema and gives the names of the migrations that ran. */
export async function migrate(orm: MikroORM): Promise<string[]> {
  const ran = await orm.migrator.up();
  return ran.map(({ name }) => name);
}

/** Writes a migration for what the rows say and the migrated schema does not; null when there is no difference. */
export async function createMigration(orm: MikroORM, name: string): Promise<string | null> {
  const { fileName, diff } = await orm.migrator.create(undefined, false, false, name);
  return diff.up.length > 0 ? fileName : null;
}

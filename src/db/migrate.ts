import { readdirSync } from 'node:fs';
import type { Migrator } from '@mikro-orm/migrations';
import type { MikroORM } from '@mikro-orm/sqlite';

/** Brings the database to the newest schema and gives the names of the migrations that ran. */
export async function migrate(orm: MikroORM): Promise<string[]> {
  if (await isUpToDate(orm)) return [];
  const ran = await (await migratorOf(orm)).up();
  return ran.map(({ name }) => name);
}

/** Writes a migration for what the rows say and the migrated schema does not; null when there is no difference. */
export async function createMigration(orm: MikroORM, name: string): Promise<string | null> {
  const { fileName, diff } = await (await migratorOf(orm)).create(undefined, false, false, name);
  return diff.up.length > 0 ? fileName : null;
}

/** Loaded where there is something to migrate: most starts find nothing, and need not wait for it. */
export async function migratorOf(orm: MikroORM): Promise<Migrator> {
  const { migratorOn } = await import('./migrator.js');
  return migratorOn(orm);
}

/** Whether each file has its line in the table of migrations that ran. */
async function isUpToDate(orm: MikroORM): Promise<boolean> {
  const { path = '', tableName } = orm.config.get('migrations');
  try {
    const ran = await orm.em.getConnection().execute<{ name: string }[]>(`select name from ${tableName}`);
    const names = new Set(ran.map(({ name }) => name));
    return readdirSync(path).every((file) => !MIGRATION.test(file) || names.has(file.replace(MIGRATION, '$1')));
  } catch {
    // Most often there is no table yet. Whatever else is wrong, the migrator says it.
    return false;
  }
}

const MIGRATION = /^(Migration.*)\.js$/;

import { readdirSync } from 'node:fs';
import type { Migrator } from '@mikro-orm/migrations';
import type { OpenDatabase, Orm } from './database.js';

/**
 * Brings the database to the newest schema and gives the names of the migrations that ran. Of several nodes that start
 * at once the first does it, and the others wait for it.
 */
export async function migrate({ orm, migrating }: Pick<OpenDatabase, 'orm' | 'migrating'>): Promise<string[]> {
  if (await isUpToDate(orm)) return [];
  return migrating(async (own) => {
    const ran = await (await migratorOf(own)).up();
    return ran.map(({ name }) => name);
  });
}

/** Writes a migration for what the rows say and the migrated schema does not; null when there is no difference. */
export async function createMigration(orm: Orm, name: string): Promise<string | null> {
  const { fileName, diff } = await (await migratorOf(orm)).create(undefined, false, false, name);
  return diff.up.length > 0 ? fileName : null;
}

/** Loaded where there is something to migrate: most starts find nothing, and need not wait for it. */
export async function migratorOf(orm: Orm): Promise<Migrator> {
  const { migratorOn } = await import('./migrator.js');
  return migratorOn(orm);
}

/** Whether each file has its line in the table of migrations that ran. */
async function isUpToDate(orm: Orm): Promise<boolean> {
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

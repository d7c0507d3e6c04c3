import { join } from 'node:path';

/** Where a database's migrations lie, and how they are written. */
export function migrationOptions(database: 'sqlite' | 'postgresql') {
  return {
    // As deep as the chunks of the bundle.
    path: join(import.meta.dirname, '../../migrations', database),
    glob: 'Migration*.js',
    emit: 'js' as const,
    snapshotName: 'snapshot',
    snapshotOnMigrate: false,
    disableForeignKeys: false,
  };
}

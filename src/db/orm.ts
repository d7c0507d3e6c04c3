import { join } from 'node:path';
import type { Config } from '../shared/config.js';
import type { OpenDatabase, OpenOptions } from './database.js';

/** Compiled, also where the code around it is not; found from here, which is as deep as the chunks of the bundle. */
const SEARCH_THREAD = join(import.meta.dirname, '../../dist/db/moments/thread.js');

/** Opens the database that the configuration names, unmigrated. @throws DatabaseUnreachable */
export async function openDatabase(
  config: Pick<Config, 'dataDir' | 'postgres' | 'search'>,
  options: Partial<OpenOptions> = {},
): Promise<OpenDatabase> {
  const { onStatement = () => {}, searchThread = SEARCH_THREAD } = options;
  if (config.postgres) {
    const { openPostgresDatabase } = await import('./postgresql/open.js');
    return openPostgresDatabase(config.postgres, config.search, { onStatement, searchThread });
  }
  const { openSqliteDatabase } = await import('./sqlite-database.js');
  return openSqliteDatabase(config, { onStatement, searchThread });
}

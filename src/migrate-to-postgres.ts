// `npm run migrate:to-postgres`: copies the school in DATA_DIR to the empty database that DATABASE_URL names.
import 'reflect-metadata';
import { migrate } from './db/migrate.js';
import { moveSchool } from './db/moving/move.js';
import { openSource, requireSchool } from './db/moving/source.js';
import { openTarget } from './db/moving/target.js';
import { openDatabase } from './db/orm.js';
import { ConfigError, readConfig } from './server/config.js';
import type { Config } from './shared/config.js';

try {
  const config = readConfig();
  if (!config.postgres) throw new ConfigError('DATABASE_URL is missing: name the PostgreSQL database to move to.');
  requireSchool(config.dataDir);
  const { url, connectTimeoutMs } = config.postgres;
  // Both have the newest schema first: the rows of one are then those of the other.
  for (const postgres of [null, config.postgres]) await bringUpToDate({ ...config, postgres });
  const source = openSource(config.dataDir);
  const target = openTarget(url, connectTimeoutMs);
  try {
    const moved = await moveSchool(source, target, console.log);
    console.log('The same on both sides, by all rows:');
    console.table(Object.fromEntries(moved.map(({ table, ...facts }) => [table, facts])));
    console.log(
      'Start the server with DATABASE_URL now. Uploaded files stay where they are: in DATA_DIR or the bucket.',
    );
  } finally {
    source.close();
    await target.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function bringUpToDate(config: Config): Promise<void> {
  const database = await openDatabase(config);
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}

// `npm run migrate` brings the database up to date; `npm run migrate -- create NAME` writes the next migration.
await import('reflect-metadata');
const { readConfig } = await import('./server/config.js');
const { openDatabase } = await import('./db/orm.js');
const { createMigration, migrate } = await import('./db/migrate.js');

const [command, name] = process.argv.slice(2);
const database = await openDatabase(readConfig());
try {
  if (command === 'create') {
    if (!name) throw new Error('Name the migration: npm run migrate -- create add_thumbnails');
    console.log((await createMigration(database.orm, name)) ?? 'The rows and the migrations agree: nothing to write.');
  } else {
    const ran = await migrate(database);
    console.log(ran.length > 0 ? `Ran ${ran.join(', ')}.` : 'The database is up to date.');
  }
} finally {
  await database.close();
}

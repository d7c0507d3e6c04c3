// Only what any Node can run before the version is known: better-sqlite3 crashes under an old one without a word.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 17)) {
  console.error(
    `Lectern needs Node 22.17 or newer; this is ${process.version}. Start it with "npm start", which brings its own.`,
  );
  process.exit(1);
}
// What was compiled is kept for the next start, which is then a third faster.
const { default: module } = await import('node:module');
module.enableCompileCache?.();
await import('reflect-metadata');
const { readConfig, ConfigError } = await import('./server/config.js');

try {
  const config = readConfig();
  const args = process.argv.slice(2);
  if (args.length > 0) {
    const { workersOf, superviseWorkers } = await import('./server/workers.js');
    const workers = workersOf(args, config);
    if (workers > 1 && (await import('node:cluster')).default.isPrimary) {
      process.exit(await superviseWorkers(workers, console.error));
    }
  }
  const { serve } = await import('./server/serve.js');
  await serve(config);
  module.flushCompileCache?.();
  (await import('./server/heap-growth.js')).boundHeapGrowth();
  (await import('./server/compile-jobs.js')).easeCompileJobs();
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

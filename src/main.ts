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
const { startServer } = await import('./server/start.js');
const { boundYoungGeneration } = await import('./server/young-generation.js');

try {
  const server = await startServer(readConfig());
  module.flushCompileCache?.();
  boundYoungGeneration();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.app.log.info({ signal }, 'stopping');
      server.stop().then(
        () => process.exit(0),
        (error) => {
          server.app.log.fatal({ err: error }, 'could not stop cleanly');
          process.exit(1);
        },
      );
    });
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

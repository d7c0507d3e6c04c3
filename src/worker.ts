// `npm run worker`: works on the processing jobs of the same database and files, beside the server or instead of it.
import 'reflect-metadata';
import { ConfigError, readConfig } from './server/config.js';
import { openApp } from './server/start.js';
import { JobWorker } from './videos/jobs/job-worker.js';

try {
  const config = readConfig();
  const { app, close } = await openApp(config);
  // Whoever starts a worker wants one: JOB_CONCURRENCY=0 is meant for the server.
  const worker = new JobWorker(app, Math.max(1, config.jobConcurrency));
  worker.start();
  app.log.info({ atOnce: Math.max(1, config.jobConcurrency) }, 'working');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, async () => {
      app.log.info({ signal }, 'stopping');
      await worker.stop();
      await close();
      process.exit(0);
    });
  }
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}

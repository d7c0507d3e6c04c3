// A worker that kills itself without warning when it comes to the checkpoint CRASH_AT.
import 'reflect-metadata';
import { readConfig } from '../../dist/server/config.js';
import { openApp } from '../../dist/server/start.js';
import { JobWorker } from '../../dist/videos/jobs/job-worker.js';

const { app } = await openApp(readConfig(), {
  async checkpoint(name) {
    if (name !== process.env.CRASH_AT) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal ends the process at once: nothing after the checkpoint may run meanwhile.
    await new Promise(() => {});
  },
});
new JobWorker(app, 1).start();

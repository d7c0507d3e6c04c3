// The server, which kills itself without warning the CRASH_NTH time (the first when absent) it comes to the checkpoint
// CRASH_AT: what it had not committed by then is lost, as in a power cut of the process.
import 'reflect-metadata';
import { readConfig } from '../../dist/server/config.js';
import { startServer } from '../../dist/server/start.js';

const { CRASH_AT, CRASH_NTH = '1' } = process.env;
let left = Number(CRASH_NTH);

await startServer(readConfig(), {
  async checkpoint(name) {
    if (name !== CRASH_AT || --left > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal ends the process at once: nothing after the checkpoint may run meanwhile.
    await new Promise(() => {});
  },
});

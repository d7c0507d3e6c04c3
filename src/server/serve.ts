import type { Config } from '../shared/config.js';
import { startServer } from './start.js';
import { endBy, onStopSignals } from './stop-signals.js';

/** Serves until a signal says to stop, and ends the process then. */
export async function serve(config: Config): Promise<void> {
  const server = await startServer(config);
  const { log } = server.app;
  onStopSignals((signal) => {
    log.info({ signal }, 'stopping');
    server.stop().then(
      () => process.exit(0),
      (error) => {
        log.fatal({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  }, endBy);
}

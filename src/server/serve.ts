import type { Config } from '../shared/config.js';
import { startServer } from './start.js';

/** Serves until a signal says to stop, and ends the process then. */
export async function serve(config: Config): Promise<void> {
  const server = await startServer(config);
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
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { readConfig } from '../../src/server/config.js';
import { type Deps, type Server, startServer } from '../../src/server/start.js';
import { databaseOf, forgetDatabaseOf } from '../support/database.js';
import type { TestServer } from '../support/server.js';

/** One server for all tests of a `describe` that do not disturb one another, such as the rows of a table. */
export function sharedServer({ env = {}, ...deps }: Deps & { env?: Record<string, string> } = {}): TestServer {
  const dataDir = mkdtempSync(join(tmpdir(), 'lectern-test-'));
  const lines: string[] = [];
  let server: Server;
  beforeAll(async () => {
    const config = readConfig({
      DATA_DIR: dataDir,
      ...(await databaseOf(dataDir)),
      PORT: '0',
      SHUTDOWN_GRACE_MS: '0',
      ...env,
    });
    server = await startServer(config, { logTo: { write: (line) => void lines.push(line) }, ...deps });
  });
  afterAll(async () => {
    await server.stop();
    forgetDatabaseOf(dataDir);
    rmSync(dataDir, { recursive: true });
  });
  return {
    get url() {
      return server.url;
    },
    get app() {
      return server.app;
    },
    dataDir,
    statements: () => [],
    logLines: () => lines,
    stop: () => server.stop(),
  };
}

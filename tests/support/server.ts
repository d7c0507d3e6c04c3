import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { readConfig } from '../../src/server/config.js';
import { type Deps, startServer } from '../../src/server/start.js';
import type { App } from '../../src/shared/app.js';
import type { Config } from '../../src/shared/config.js';
import { databaseOf, forgetDatabaseOf } from './database.js';

export interface TestServer {
  url: string;
  /** Of `/metrics` on its own port, when METRICS_PORT is given. */
  metricsUrl?: string | null;
  app: App;
  dataDir: string;
  /** SQL statements since the last call of `statements()`. */
  statements(): string[];
  /** Log lines so far. */
  logLines(): string[];
  stop(): Promise<void>;
}

export interface TestServerOptions extends Deps {
  /** Environment variables over the defaults, as a person would set them. */
  env?: Record<string, string>;
  /** Changes to the read configuration, for what has no variable. */
  config?: Partial<Config>;
  /** A folder of an earlier server of the same test; a new one is made and removed when absent. */
  dataDir?: string;
}

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The real server on a free port with a database of its own; stopped after the test. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { env = {}, config: changes = {}, ...deps } = options;
  const dataDir = options.dataDir ?? temporaryFolder();
  const defaults = {
    PORT: '0',
    SHUTDOWN_GRACE_MS: '0',
    LOG_LEVEL: 'info',
    RATE_ASKS_PER_MINUTE: '0',
    RATE_MUTATIONS_PER_MINUTE: '0',
  };
  const config = {
    ...readConfig({ DATA_DIR: dataDir, ...(await databaseOf(dataDir)), ...defaults, ...env }),
    ...changes,
  };
  const statements: string[] = [];
  const lines: string[] = [];
  const server = await startServer(config, {
    logTo: { write: (line: string) => void lines.push(line) },
    onStatement: (sql) => void statements.push(sql),
    ...deps,
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= server.stop();
    return stopped;
  };
  cleanups.push(stop);
  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    app: server.app,
    dataDir,
    statements: () => statements.splice(0),
    logLines: () => lines,
    stop,
  };
}

/** A folder that is removed after the test; its database is another's then. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lectern-test-'));
  cleanups.push(async () => {
    forgetDatabaseOf(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Runs after the test, the last registered first. */
export function afterTest(cleanup: () => Promise<void>): void {
  cleanups.push(cleanup);
}

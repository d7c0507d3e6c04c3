import type { AddressInfo } from 'node:net';
import type { DestinationStream } from 'pino';
import { createThrottles } from '../accounts/throttles.js';
import { migrate } from '../db/migrate.js';
import { openDatabase } from '../db/orm.js';
import type { App } from '../shared/app.js';
import { type Clock, systemClock } from '../shared/clock.js';
import type { Config } from '../shared/config.js';
import { Hooks } from '../shared/hooks.js';
import type { LanguageModel } from '../tutor/language-model.js';
import { loadTokenizer } from '../tutor/token-count.js';
import { startTutor } from '../tutor/tutor.js';
import { removeUnusedRevisions } from '../videos/revision.service.js';
import { createAdmission } from './admission.js';
import type { ExplorerTab } from './explorer.js';
import { createHttp } from './http.js';
import { createLog } from './log.js';
import { createSchema, registerHooks } from './schema.js';
import { createWebSocket } from './websocket.js';

const LAST_REQUESTS_MS = 1000;

/** What a test or a tool may put in place of the real thing. */
export interface Deps {
  clock?: Clock;
  model?: LanguageModel;
  /** Where log lines go; stdout when absent. */
  logTo?: DestinationStream;
  checkpoint?(name: string): Promise<void>;
  /** Between two pings of a socket. */
  keepAliveMs?: number;
  /** Called with the SQL of every statement. */
  onStatement?(sql: string): void;
  /** The script of the thread that searches moments. */
  searchThread?: URL;
  explorerTabs?(): Promise<ExplorerTab[]>;
}

export interface Server {
  url: string;
  app: App;
  /** Refuses new asks, lets running answers end for SHUTDOWN_GRACE_MS, ends the rest, closes everything. */
  stop(): Promise<void>;
}

/** Opens the database, migrates it and serves HTTP and WebSocket on one port. The same function in tests. */
export async function startServer(config: Config, deps: Deps = {}): Promise<Server> {
  const { app, close } = await openApp(config, deps);
  try {
    const schema = createSchema();
    const admit = createAdmission(app, schema);
    const http = await createHttp(app, schema, admit, deps.explorerTabs ? { tabs: deps.explorerTabs } : {});
    const sockets = createWebSocket(app, schema, admit, http.server, deps.keepAliveMs);
    await http.listen({ host: config.host, port: config.port });
    const { address, port, family } = http.server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    app.log.info({ url, tutor: app.tutor.model.provider }, 'listening');
    // Now, and not within the first question: its tables take 0.2 s.
    if (app.tutor.model.priced) void loadTokenizer();
    return {
      url,
      app,
      async stop() {
        await app.tutor.drain(config.shutdownGraceMs);
        await sockets.close();
        // Whoever has not sent the whole of a request by now has no answer to wait for.
        const impatient = setTimeout(() => http.server.closeAllConnections(), LAST_REQUESTS_MS);
        await http.close();
        clearTimeout(impatient);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Everything but the network, for the server and for commands that work on the same database. */
export async function openApp(config: Config, deps: Deps = {}): Promise<{ app: App; close(): Promise<void> }> {
  const log = createLog(config.logLevel, deps.logTo);
  const database = await openDatabase(config, deps.onStatement, deps.searchThread);
  try {
    const ran = await migrate(database.orm);
    if (ran.length > 0) log.info({ migrations: ran }, 'database migrated');
    const clock = deps.clock ?? systemClock;
    const base = {
      config,
      log,
      clock,
      read: database.read,
      em: database.orm.em,
      dialect: database.dialect,
      cueIndex: database.cueIndex,
      hooks: new Hooks(),
      throttles: createThrottles(config, clock),
      checkpoint: deps.checkpoint ?? (async () => {}),
    };
    const app: App = startTutor(base, deps.model);
    registerHooks(app);
    await removeUnusedRevisions(app);
    return {
      app,
      async close() {
        await app.tutor.stop();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

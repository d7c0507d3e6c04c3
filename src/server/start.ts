import type { AddressInfo } from 'node:net';
import type { DestinationStream } from 'pino';
import { createThrottles } from '../accounts/throttles.js';
import { DatabaseUnreachable, type OpenDatabase } from '../db/database.js';
import { migrate } from '../db/migrate.js';
import { openDatabase } from '../db/orm.js';
import { pause } from '../shared/abortable.js';
import type { App } from '../shared/app.js';
import { noBus } from '../shared/bus.js';
import { type Clock, systemClock } from '../shared/clock.js';
import type { Config } from '../shared/config.js';
import { Hooks } from '../shared/hooks.js';
import { ownCounters } from '../shared/rate.js';
import type { LanguageModel } from '../tutor/language-model.js';
import { loadTokenizer } from '../tutor/token-count.js';
import { startTutor } from '../tutor/tutor.js';
import { JobWorker } from '../videos/jobs/job-worker.js';
import type { Outgoing } from '../videos/links/outgoing.js';
import { removeUnusedRevisions } from '../videos/revision.service.js';
import { openVideos } from '../videos/videos.js';
import { createAdmission } from './admission.js';
import { ClientTurns } from './client-turns.js';
import { ConfigError } from './config.js';
import { Documents } from './documents.js';
import type { ExplorerTab } from './explorer.js';
import { addGauges } from './gauges.js';
import { createHttp } from './http.js';
import { createLog } from './log.js';
import { PrometheusMetrics } from './metrics.js';
import { type MetricsPort, openMetricsPort } from './metrics-port.js';
import { PersistedDocuments } from './persisted.js';
import type { RedisParts } from './redis.js';
import { RefusalLog } from './refusal-log.js';
import { createSchema, registerHooks } from './schema.js';
import { createWebSocket } from './websocket.js';

const LAST_REQUESTS_MS = 1000;
const ANY_ADDRESS = new Set(['0.0.0.0', '::']);
/** One for all: a checkpoint stands at every piece of an answer. */
const PASSED = Promise.resolve();

/** What a test or a tool may put in place of the real thing. */
export interface Deps {
  clock?: Clock;
  model?: LanguageModel;
  /** DNS and the connections to linked videos. */
  outgoing?: Outgoing;
  /** Where log lines go; stdout when absent. */
  logTo?: DestinationStream;
  checkpoint?(name: string): Promise<void>;
  /** Between two pings of a socket. */
  keepAliveMs?: number;
  /** False lets graphql-js execute every query. */
  plans?: boolean;
  /** Called with the SQL of every statement. */
  onStatement?(sql: string): void;
  /** The script of the thread that searches moments. */
  searchThread?: URL;
  explorerTabs?(): Promise<ExplorerTab[]>;
}

export interface Server {
  url: string;
  /** Of `/metrics` on a port of its own, where there is one. */
  metricsUrl: string | null;
  app: App;
  /** Goes on for SHUTDOWN_DELAY_MS, refuses new asks, lets running answers end for SHUTDOWN_GRACE_MS, closes everything. */
  stop(): Promise<void>;
}

/** Opens the database, migrates it and serves HTTP and WebSocket on one port. The same function in tests. */
export async function startServer(config: Config, deps: Deps = {}): Promise<Server> {
  const { app, close: closeApp } = await openApp(config, deps);
  let metricsPort: MetricsPort | null = null;
  const close = async () => {
    await metricsPort?.close();
    await closeApp();
  };
  try {
    metricsPort = await openMetricsPort(app);
    const metricsUrl = metricsPort?.url ?? null;
    const schema = createSchema();
    const gates = {
      schema,
      documents: new Documents(app, schema),
      persisted: new PersistedDocuments(config.trustedDocuments),
      admission: createAdmission(app),
      turns: new ClientTurns(),
    };
    const http = await createHttp(app, gates, deps.explorerTabs ? { tabs: deps.explorerTabs } : {});
    const sockets = createWebSocket(app, gates, http.server, deps.keepAliveMs);
    const worker = new JobWorker(app, config.jobConcurrency);
    await http.listen({ host: config.host, port: config.port });
    const { address, port, family } = http.server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    // Before anyone can ask: addresses of uploads and videos begin with it. No client can follow a link to any address.
    app.config.publicUrl ??= ANY_ADDRESS.has(address) ? `http://localhost:${port}` : url;
    worker.start();
    const ofWorker = config.worker !== null && { pid: process.pid };
    app.log.info({ url, tutor: app.tutor.model.provider, ...(metricsUrl && { metricsUrl }), ...ofWorker }, 'listening');
    // Now, and not within the first question: its tables take 0.2 s.
    if (app.tutor.model.priced) void loadTokenizer();
    return {
      url,
      metricsUrl,
      app,
      async stop() {
        app.isLeaving = true;
        if (config.shutdownDelayMs > 0) await pause(config.shutdownDelayMs);
        await app.tutor.drain(config.shutdownGraceMs);
        await worker.stop();
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
export async function openApp(settings: Config, deps: Deps = {}): Promise<{ app: App; close(): Promise<void> }> {
  // Its own: where it listens is filled in later.
  const config = { ...settings };
  const log = createLog(config, deps.logTo);
  const database = await reachDatabase(config, deps);
  let redis: RedisParts | null = null;
  try {
    const ran = await migrate(database);
    if (ran.length > 0) log.info({ migrations: ran }, 'database migrated');
    const clock = deps.clock ?? systemClock;
    redis = config.redis ? (await import('./redis.js')).openRedis(config.redis, log) : null;
    const shared = { config, clock, bus: redis?.bus ?? noBus, counters: redis?.counters ?? ownCounters };
    const base = {
      ...shared,
      throttles: createThrottles(shared),
      log,
      read: database.read,
      statements: database.statements,
      em: database.orm.em,
      dialect: database.dialect,
      durable: database.durable,
      retrying: database.retrying,
      catalogueVersion: database.catalogueVersion,
      isLeaving: false,
      cueIndex: database.cueIndex,
      hooks: new Hooks(),
      plans: deps.plans ?? true,
      metrics: new PrometheusMetrics(config),
      refusals: new RefusalLog({ log, clock }),
      videos: openVideos(config, deps.outgoing),
      checkpoint: deps.checkpoint ?? (() => PASSED),
    };
    const app: App = startTutor(base, deps.model);
    registerHooks(app);
    addGauges(app);
    await removeUnusedRevisions(app);
    return {
      app,
      async close() {
        await app.tutor.stop();
        app.refusals.close();
        app.metrics.close();
        redis?.close();
        await database.close();
      },
    };
  } catch (error) {
    redis?.close();
    await database.close();
    throw error;
  }
}

/** @throws ConfigError when the configured database does not answer */
async function reachDatabase(config: Config, { onStatement, searchThread }: Deps): Promise<OpenDatabase> {
  try {
    return await openDatabase(config, { ...(onStatement && { onStatement }), ...(searchThread && { searchThread }) });
  } catch (error) {
    if (!(error instanceof DatabaseUnreachable)) throw error;
    throw new ConfigError(`DATABASE_URL: ${error.message}. Start it, mend the address, or unset it for SQLite.`);
  }
}

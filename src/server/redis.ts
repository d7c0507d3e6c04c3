// biome-ignore lint/style/noRestrictedImports: the one importer
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Bus } from '../shared/bus.js';
import type { Counters } from '../shared/rate.js';

/** How long anything may wait for Redis. */
const COMMAND_TIMEOUT_MS = 500;
const CONNECT_TIMEOUT_MS = 2000;
/** A connection that is open and dead is noticed after so long, and the time of a command. */
const HEARTBEAT_MS = 1000;
const LONGEST_RETRY_MS = 1000;

/** Commands fail at once while Redis is away: what would wait for it is worth nothing when it returns. */
const OPTIONS: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: COMMAND_TIMEOUT_MS,
  retryStrategy: (attempt) => Math.min(50 * 2 ** attempt, LONGEST_RETRY_MS),
};

/** What the nodes of a school share beside the database. */
export interface RedisParts {
  bus: Bus;
  counters: Counters;
  close(): void;
}

/**
 * Connects to Redis: what it holds may be lost at any time. Does not wait for it, and goes on while it is away.
 * @param prefix of all keys and channels: another one for each school on the same Redis
 */
export function openRedis({ url, prefix }: { url: string; prefix: string }, log: Logger): RedisParts {
  const sender = new Redis(url, OPTIONS);
  const receiver = new Redis(url, OPTIONS);
  const bus = new RedisBus(sender, receiver, `${prefix}:`, log);
  const clients = [sender, receiver];
  for (const client of clients) client.connect().catch(() => {});
  const heartbeat = setInterval(() => {
    for (const client of clients) if (client.status === 'ready') client.ping().catch(() => client.disconnect(true));
  }, HEARTBEAT_MS);
  return {
    bus,
    counters: sharedCounters(sender, prefix),
    close() {
      clearInterval(heartbeat);
      bus.close();
      for (const client of clients) client.disconnect();
    },
  };
}

class RedisBus implements Bus {
  readonly #listeners = new Map<string, Set<(message: unknown) => void>>();
  readonly #returns = new Set<() => void>();
  #isUp = false;

  constructor(
    private readonly sender: Redis,
    private readonly receiver: Redis,
    private readonly prefix: string,
    private readonly log: Logger,
  ) {
    receiver.on('message', (channel: string, text: string) => this.#hear(channel.slice(prefix.length), text));
    receiver.on('ready', () => void this.#enter());
    for (const client of [sender, receiver]) client.on('close', () => this.#fall());
    // Each failed attempt to connect is one; what is said of it is said when the bus falls.
    for (const client of [sender, receiver]) client.on('error', () => {});
    sender.on('ready', () => void this.#enter());
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Nobody is told that Redis is away when it is we who leave. */
  close(): void {
    this.#isUp = false;
  }

  async publish(topic: string, message: object): Promise<number> {
    try {
      return await this.sender.publish(this.prefix + topic, JSON.stringify(message));
    } catch {
      return 0;
    }
  }

  listen(topic: string, hear: (message: unknown) => void): () => void {
    let listeners = this.#listeners.get(topic);
    if (!listeners) {
      listeners = new Set();
      this.#listeners.set(topic, listeners);
      this.#ask(() => this.receiver.subscribe(this.prefix + topic));
    }
    listeners.add(hear);
    return () => {
      if (!listeners.delete(hear) || listeners.size > 0) return;
      this.#listeners.delete(topic);
      this.#ask(() => this.receiver.unsubscribe(this.prefix + topic));
    };
  }

  onReturn(listener: () => void): () => void {
    this.#returns.add(listener);
    return () => this.#returns.delete(listener);
  }

  /** While Redis is away there is nothing to ask: all topics are subscribed to when it returns. */
  #ask(what: () => Promise<unknown>): void {
    if (this.receiver.status === 'ready') what().catch(() => this.receiver.disconnect(true));
  }

  async #enter(): Promise<void> {
    if (this.sender.status !== 'ready' || this.receiver.status !== 'ready') return;
    const channels = [...this.#listeners.keys()].map((topic) => this.prefix + topic);
    try {
      if (channels.length > 0) await this.receiver.subscribe(...channels);
    } catch {
      return this.receiver.disconnect(true);
    }
    this.#isUp = true;
    this.log.info('Redis is there');
    for (const listener of this.#returns) listener();
  }

  #fall(): void {
    if (this.#isUp) this.log.warn('Redis is away: text of other nodes comes from the database, rates are per node');
    this.#isUp = false;
  }

  #hear(topic: string, text: string): void {
    const listeners = this.#listeners.get(topic);
    if (!listeners) return;
    try {
      const message: unknown = JSON.parse(text);
      for (const hear of [...listeners]) hear(message);
    } catch (error) {
      this.log.error({ err: error, topic }, 'a message of another node could not be used');
    }
  }
}

/** Counts in Redis, and for each node by itself while that is away. */
function sharedCounters(storeClient: Redis, prefix: string): Counters {
  return {
    areShared: true,
    limiter: (name, points, duration) =>
      new RateLimiterRedis({
        storeClient,
        rejectIfRedisNotReady: true,
        keyPrefix: `${prefix}:rate:${name}`,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ points, duration }),
      }),
  };
}

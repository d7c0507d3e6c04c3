import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterTest } from './server.js';

const REDIS = new URL(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379');

/** Whether a Redis is there; says so when not, as the tests that need one are left out. */
export async function redisIsThere(): Promise<boolean> {
  const socket = connect(Number(REDIS.port || 6379), REDIS.hostname);
  const there = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  if (!there) console.log(`Left out: there is no Redis at ${REDIS.host} (TEST_REDIS_URL names another).`);
  return there;
}

export interface RedisLine {
  /** Settings of a server that reaches Redis over this line. */
  env: { REDIS_URL: string; REDIS_PREFIX: string };
  /** Ends all connections, and refuses new ones. */
  cut(): Promise<void>;
  mend(): Promise<void>;
  /** Lets connections stand and carries nothing any more, as a network that swallows packets does. */
  stall(): void;
}

/** A line to Redis that can fail. @param prefix of a school: the same for all its nodes */
export async function redisLine(prefix = `test-${crypto.randomUUID()}`): Promise<RedisLine> {
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer((client) => {
    const upstream = connect(Number(REDIS.port || 6379), REDIS.hostname);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on('data', (chunk) => void (isStalled || other.write(chunk)));
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  afterTest(async () => {
    if (server.listening) await cut();
  });
  return {
    env: { REDIS_URL: `redis://127.0.0.1:${port}`, REDIS_PREFIX: prefix },
    cut,
    async mend() {
      isStalled = false;
      await listen(port);
    },
    stall: () => {
      isStalled = true;
    },
  };
}

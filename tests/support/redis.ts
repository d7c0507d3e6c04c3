import { once } from 'node:events';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { afterTest } from './server.js';
import { type ServiceLine, startServiceLine } from './service-line.js';

const REDIS = new URL(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379');
REDIS.port ||= '6379';

/** Whether a Redis is there; says so when not, as the tests that need one are left out. */
export async function redisIsThere(): Promise<boolean> {
  const socket = connect(Number(REDIS.port), REDIS.hostname);
  const there = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  });
  socket.destroy();
  if (!there) console.log(`Left out: there is no Redis at ${REDIS.host} (TEST_REDIS_URL names another).`);
  return there;
}

export interface RedisLine extends Pick<ServiceLine, 'cut' | 'mend' | 'hold'> {
  /** Settings of a server that reaches Redis over this line. */
  env: { REDIS_URL: string; REDIS_PREFIX: string };
  /** How many connections hear a topic. */
  listeners(topic: string): Promise<number>;
  /** Hears a topic from when this resolves, until the first message, with which the promise within does. */
  hear(topic: string): Promise<{ message: Promise<unknown> }>;
}

/** A line to Redis that can fail, for the nodes of one school. */
export async function redisLine(): Promise<RedisLine> {
  const { url, cut, mend, hold } = await startServiceLine(REDIS.href);
  const prefix = `test-${crypto.randomUUID()}`;
  const direct = new Redis(REDIS.href);
  afterTest(async () => direct.disconnect());
  return {
    env: { REDIS_URL: url, REDIS_PREFIX: prefix },
    cut,
    mend,
    hold,
    async listeners(topic) {
      const [, count] = await direct.pubsub('NUMSUB', `${prefix}:${topic}`);
      return Number(count);
    },
    async hear(topic) {
      const ear = new Redis(REDIS.href);
      afterTest(async () => ear.disconnect());
      const message = once(ear, 'message').finally(() => ear.disconnect());
      await ear.subscribe(`${prefix}:${topic}`);
      return { message };
    },
  };
}

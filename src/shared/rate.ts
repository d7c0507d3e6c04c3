import { type RateLimiterAbstract, RateLimiterMemory } from 'rate-limiter-flexible';
import type { Clock } from './clock.js';
import { CodedError } from './coded-error.js';

/** Counts events by key, in this process or for all processes of the school. */
export interface Rate {
  /** False when the rate is switched off. */
  limited: boolean;
  /**
   * Counts so many events, one unless told otherwise, and gives what takes them back. What is refused is not counted.
   * @throws RATE_LIMITED with `retryAfterSeconds`
   */
  take(key: string | number, events?: number): Promise<() => Promise<void>>;
  /** Refuses as `take` would, and counts nothing. @throws RATE_LIMITED with `retryAfterSeconds` */
  check(key: string | number): Promise<void>;
  /** The events that a key has left, and until when; null when the rate is switched off. */
  left(key: string | number): Promise<{ events: number; seconds: number } | null>;
}

/** Where events are counted. */
export interface Counters {
  /** Whether other processes count in the same place. */
  areShared: boolean;
  /** @param name of the rate, another for each */
  limiter(name: string, points: number, seconds: number): RateLimiterAbstract;
}

/** Of this process alone. */
export const ownCounters: Counters = {
  areShared: false,
  limiter: (_name, points, duration) => new RateLimiterMemory({ points, duration }),
};

/** At most `points` events of a key in `seconds`; 0 points switches the rate off. `what` ends "Too many …". */
export function createRate(
  { clock, counters }: { clock: Clock; counters: Counters },
  { name, points, seconds, what }: { name: string; points: number; seconds: number; what: string },
): Rate {
  if (points === 0) {
    return { limited: false, take: async () => async () => {}, check: async () => {}, left: async () => null };
  }
  const limiter = counters.limiter(name, points, seconds);
  const start = clock.monotonic();
  // The windows of all processes begin together; those of one alone follow the clock that is never set back.
  const elapsedSeconds = () => (counters.areShared ? clock.now() : clock.monotonic() - start) / 1000;
  // The limiter's windows follow the machine's clock and not ours: so each of ours has a key of its own in it.
  const keyNow = (key: string | number) => `${Math.floor(elapsedSeconds() / seconds)}:${key}`;

  const secondsLeft = () => Math.ceil(seconds - (elapsedSeconds() % seconds));

  function refusal(): CodedError {
    const retryAfterSeconds = secondsLeft();
    const message = `Too many ${what}: try again in ${retryAfterSeconds} seconds.`;
    return new CodedError('RATE_LIMITED', message, { retryAfterSeconds });
  }

  return {
    limited: true,
    async take(key, events = 1) {
      const now = keyNow(key);
      const giveBack = async () => void (await limiter.reward(now, events));
      const { consumedPoints } = await limiter.penalty(now, events);
      if (consumedPoints <= points) return giveBack;
      await giveBack();
      throw refusal();
    },
    async check(key) {
      const counted = await limiter.get(keyNow(key));
      if (counted && counted.consumedPoints >= points) throw refusal();
    },
    async left(key) {
      const counted = await limiter.get(keyNow(key));
      return { events: Math.max(0, points - (counted?.consumedPoints ?? 0)), seconds: secondsLeft() };
    },
  };
}

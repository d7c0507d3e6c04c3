import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { CodedError } from './coded-error.js';

/** Counts events by key; in this process, behind the interface that a shared store can serve too. */
export interface Rate {
  /** Counts one event. @throws RATE_LIMITED with `retryAfterSeconds` */
  take(key: string | number): Promise<void>;
}

/** At most `points` events of a key in `seconds`; 0 points switches the rate off. `what` ends "Too many …". */
export function createRate(points: number, seconds: number, what: string): Rate {
  if (points === 0) return { take: async () => {} };
  const limiter = new RateLimiterMemory({ points, duration: seconds });
  return {
    async take(key) {
      try {
        await limiter.consume(key);
      } catch (refusal) {
        const retryAfterSeconds = Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000);
        throw new CodedError('RATE_LIMITED', `Too many ${what}: try again in ${retryAfterSeconds} seconds.`, {
          retryAfterSeconds,
        });
      }
    },
  };
}

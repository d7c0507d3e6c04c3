import { addressKey } from '../shared/address-key.js';
import type { App } from '../shared/app.js';
import { createRate, type Rate } from '../shared/rate.js';
import type { RequestContext } from '../shared/request-context.js';

const LOGIN_WINDOW_SECONDS = 5 * 60;

/** How often an account or an address may do what could be abused. */
export interface Throttles {
  /** By e-mail in lower case, whether it has an account or not: that it is throttled tells nothing. */
  accountFailures: Rate;
  /** By `addressKey`, as are all below but the last. A classroom shares one: what succeeds is not counted. */
  addressFailures: Rate;
  refreshFailures: Rate;
  registrations: Rate;
  /** By the id of the account. */
  mutations: Rate;
}

declare module '../shared/app.js' {
  interface App {
    throttles: Throttles;
  }
}

/** Who calls a service that throttles: an operation, or a command of ours, which has no address. */
export type Caller = App & Partial<Pick<RequestContext, 'address' | 'userAgent'>>;

export function createThrottles(app: Pick<App, 'config' | 'clock' | 'counters'>): Throttles {
  const { rates } = app.config;
  const failures = (name: string, points: number, what: string) =>
    createRate(app, { name, points, seconds: LOGIN_WINDOW_SECONDS, what });
  return {
    accountFailures: failures('login-account', rates.loginFailuresPerAccount, 'failed sign-ins'),
    addressFailures: failures('login-address', rates.loginFailuresPerAddress, 'failed sign-ins'),
    // Apart from those of passwords: a class whose sessions have all expired must still be able to sign in.
    refreshFailures: failures('refresh', rates.loginFailuresPerAddress, 'refresh tokens that are not valid'),
    registrations: createRate(app, {
      name: 'register',
      points: rates.registrationsPerAddress,
      seconds: 3600,
      what: 'new accounts from your address',
    }),
    mutations: createRate(app, { name: 'mutation', points: rates.mutations, seconds: 60, what: 'changes' }),
  };
}

/** What the caller's address is counted by; null for a command. */
export function addressOf({ address }: Caller): string | null {
  return address ? addressKey(address) : null;
}

/** A client must always be able to renew and to end its session. */
const NOT_COUNTED = new Set(['refreshSession', 'logout', '__typename']);

/**
 * Counts the mutations of one operation against the viewer's rate, each alias singly; of nobody, whose mutations have
 * rates of their own, it counts nothing.
 * @param rootFields the names of the fields at the operation's root
 * @throws RATE_LIMITED with `retryAfterSeconds`
 */
export async function countMutations(ctx: RequestContext, rootFields: readonly string[]): Promise<void> {
  const count = rootFields.filter((name) => !NOT_COUNTED.has(name)).length;
  if (ctx.viewer && count > 0) await ctx.throttles.mutations.take(ctx.viewer.id, count);
}

import { transaction } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { checkPassword } from './account.policy.js';
import { hashPassword, verifyPassword } from './password.js';
import { endSessions } from './session.service.js';
import { addressOf, type Caller } from './throttles.js';
import { UserRow } from './user.row.js';

/** Longer than any e-mail that has an account: what is counted is cut to it. */
const MOST_COUNTED = 254;

/** What proves who somebody is. */
export interface Credentials {
  id: number;
  email: string;
  passwordHash: string;
}

/**
 * Checks a password, throttled by account and by address; without credentials, for an e-mail that has no account, it
 * does the same and fails.
 * @throws INVALID_CREDENTIALS, RATE_LIMITED with `retryAfterSeconds` (the right password too, while it is throttled)
 */
export async function requirePassword(
  caller: Caller,
  email: string,
  known: Credentials | undefined,
  password: string,
): Promise<Credentials> {
  const { accountFailures, addressFailures } = caller.throttles;
  const account = email.slice(0, MOST_COUNTED);
  const address = addressOf(caller);
  const refuseThrottled = async () => {
    await accountFailures.check(account);
    if (address) await addressFailures.check(address);
  };
  // Before it waits for its turn, and in its turn, when others have failed meanwhile.
  await refuseThrottled();
  let forgive = async () => {};
  const matches = await verifyPassword(caller, known?.passwordHash ?? null, password, async () => {
    await refuseThrottled();
    // Counted before the outcome is known, so that not one guess more gets through beside another.
    forgive = await accountFailures.take(account);
  });
  if (matches && known) {
    await forgive();
    return known;
  }
  if (address) await addressFailures.take(address);
  throw invalidCredentials();
}

/** The viewer's own password again, before what cannot be undone. @throws INVALID_CREDENTIALS, RATE_LIMITED */
export async function requireOwnPassword(ctx: RequestContext, password: string): Promise<Credentials> {
  const own = await ctx.read
    .selectFrom('users')
    .select(['id', 'email', 'passwordHash'])
    .where('id', '=', requireViewer(ctx).id)
    .executeTakeFirstOrThrow();
  return requirePassword(ctx, own.email, own, password);
}

/**
 * Sets a new password and ends all other sessions of the account.
 * @throws INVALID_CREDENTIALS, BAD_USER_INPUT on `newPassword`, RATE_LIMITED
 */
export async function changePassword(ctx: RequestContext, current: string, next: string): Promise<void> {
  const { sessionId } = requireViewer(ctx);
  await checkPassword(next, 'newPassword');
  const { id, passwordHash: before } = await requireOwnPassword(ctx, current);
  const passwordHash = await hashPassword(ctx, next, async () => {});
  await transaction(ctx, async (em) => {
    const changed = await em.nativeUpdate(UserRow, { id, passwordHash: before }, { passwordHash });
    if (changed === 0) throw invalidCredentials();
    await endSessions(ctx, em, { userId: id, id: { $ne: sessionId } });
  });
}

export function invalidCredentials(): CodedError {
  return new CodedError('INVALID_CREDENTIALS', 'E-mail or password is wrong.');
}

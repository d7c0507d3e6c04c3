import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { transaction } from '../shared/app.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { Statement, type Writing } from '../shared/statement.js';
import { checkEmail, checkPassword, checkUsername } from './account.policy.js';
import { invalidCredentials, requirePassword } from './credentials.service.js';
import { hashPassword } from './password.js';
import { accountDisabled, type OpenSession, openSession } from './session.service.js';
import { addressOf, type Caller } from './throttles.js';
import { UserRow } from './user.row.js';

export interface SignedIn extends OpenSession {
  user: UserRow;
}

/**
 * Makes an account, announces it (the sign-up grant is written with it) and signs it in.
 * @throws BAD_USER_INPUT with the field, EMAIL_TAKEN, USERNAME_TAKEN, RATE_LIMITED with `retryAfterSeconds`
 */
export async function register(
  app: Caller,
  input: { username: string; email: string; password: string; role?: string | null },
): Promise<SignedIn> {
  const username = checkUsername(input.username);
  const email = checkEmail(input.email);
  const role = input.role ?? 'STUDENT';
  if (role !== 'STUDENT' && role !== 'INSTRUCTOR') {
    throw badInput('role', 'Register as STUDENT or INSTRUCTOR: an administrator is made by `npm run admin`.');
  }
  await checkPassword(input.password);
  const address = addressOf(app);
  if (address) await app.throttles.registrations.check(address);
  const passwordHash = await hashPassword(app, input.password, async () => {
    if (address) await app.throttles.registrations.take(address);
  });

  return transaction(app, async (em) => {
    const usernameKey = username.toLowerCase();
    if (await em.count(UserRow, { email })) throw emailTaken();
    if (await em.count(UserRow, { usernameKey })) throw usernameTaken();
    const user = em.create(UserRow, {
      username,
      usernameKey,
      email,
      passwordHash,
      role,
      isActive: true,
      credits: 0,
      createdAt: app.clock.now(),
    });
    await em.flush().catch((error) => {
      throw takenMeanwhile(error);
    });
    await app.hooks.announce(app, em, 'accountCreated', { userId: user.id });
    const session = await openSession(app, em, user.id);
    await em.refresh(user);
    return { user, ...session };
  });
}

/**
 * Signs in. One answer, after the same work, for an unknown e-mail and a wrong password.
 * @throws INVALID_CREDENTIALS, ACCOUNT_DISABLED (only to who knows the password), RATE_LIMITED
 */
export async function login(app: Caller, input: { email: string; password: string }): Promise<SignedIn> {
  const email = input.email.trim().toLowerCase();
  const account = await app.read
    .selectFrom('users')
    .select(['id', 'email', 'passwordHash'])
    .where('email', '=', email)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  const { id, passwordHash } = await requirePassword(app, email, account, input.password);
  return transaction(app, async (em) => {
    // While the password was compared it may have been changed, or the account deleted. Locked, so that a change that
    // is on its way finds the session that it has to end.
    await app.statements.within(em).lock('users', id);
    const user = await em.findOne(UserRow, { id, passwordHash });
    if (!user) throw invalidCredentials();
    if (!user.isActive) throw accountDisabled();
    return { user, ...(await openSession(app, em, user.id)) };
  });
}

/** Somebody may have taken a name after it was found free: on SQLite nobody can, which has one writer at a time. */
function takenMeanwhile(error: unknown): unknown {
  if (!(error instanceof UniqueConstraintViolationException)) return error;
  return /email/.test(error.message) ? emailTaken() : usernameTaken();
}

function emailTaken(): CodedError {
  return new CodedError('EMAIL_TAKEN', 'An account with this e-mail exists: sign in instead.', { field: 'email' });
}

function usernameTaken(): CodedError {
  return new CodedError('USERNAME_TAKEN', 'This username is taken: choose another.', { field: 'username' });
}

/**
 * For what is written in an account's name: it may have been deleted or disabled since the operation began. The account
 * is locked (`Writing.lock`): until the transaction ends it stays open, and others write in its name one after another.
 * @throws UNAUTHENTICATED
 */
export async function requireActive(tx: Writing, userId: number): Promise<void> {
  const { rows } = await tx.run(activeUser, { userId });
  if (rows.length > 0) return;
  throw new CodedError('UNAUTHENTICATED', 'This account has been closed.');
}

const activeUser = new Statement<{ userId: number }, { id: number }>((db, { userId }, dialect) =>
  dialect.locked(db.selectFrom('users').select('id').where('id', '=', userId).where('isActive', '=', true)),
);

import { type App, transaction } from '../shared/app.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { checkEmail, checkPassword, checkUsername } from './account.policy.js';
import { hashPassword, verifyPassword } from './password.js';
import { accountDisabled, type OpenSession, openSession } from './session.service.js';
import { UserRow } from './user.row.js';

export interface SignedIn extends OpenSession {
  user: UserRow;
}

/**
 * Makes an account, announces it (the sign-up grant is written with it) and signs it in.
 * @throws BAD_USER_INPUT with the field, EMAIL_TAKEN, USERNAME_TAKEN
 */
export async function register(
  app: App,
  input: { username: string; email: string; password: string; role?: string | null },
): Promise<SignedIn> {
  const username = checkUsername(input.username);
  const email = checkEmail(input.email);
  const role = input.role ?? 'STUDENT';
  if (role !== 'STUDENT' && role !== 'INSTRUCTOR') {
    throw badInput('role', 'Register as STUDENT or INSTRUCTOR: an administrator is made by `npm run admin`.');
  }
  await checkPassword(input.password);
  const passwordHash = await hashPassword(input.password);

  return transaction(app, async (em) => {
    const usernameKey = username.toLowerCase();
    // Transactions that write are serialised before they read, so nobody can take either name in between.
    if (await em.count(UserRow, { email })) {
      throw new CodedError('EMAIL_TAKEN', 'An account with this e-mail exists: sign in instead.', { field: 'email' });
    }
    if (await em.count(UserRow, { usernameKey })) {
      throw new CodedError('USERNAME_TAKEN', 'This username is taken: choose another.', { field: 'username' });
    }
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
    await em.flush();
    await app.hooks.announce(app, em, 'accountCreated', { userId: user.id });
    const session = await openSession(app, em, user.id);
    await em.refresh(user);
    return { user, ...session };
  });
}

/**
 * Signs in. One answer, after the same work, for an unknown e-mail and a wrong password.
 * @throws INVALID_CREDENTIALS, ACCOUNT_DISABLED (only to who knows the password)
 */
export async function login(app: App, input: { email: string; password: string }): Promise<SignedIn> {
  const email = input.email.trim().toLowerCase();
  const known = await app.read.selectFrom('users').select('passwordHash').where('email', '=', email).executeTakeFirst();
  if (!(await verifyPassword(known?.passwordHash ?? null, input.password))) {
    throw new CodedError('INVALID_CREDENTIALS', 'E-mail or password is wrong.');
  }
  return transaction(app, async (em) => {
    const user = await em.findOneOrFail(UserRow, { email });
    if (!user.isActive) throw accountDisabled();
    return { user, ...(await openSession(app, em, user.id)) };
  });
}

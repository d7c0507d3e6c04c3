import { type App, transaction } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { SessionRow } from './session.row.js';
import { UserRow } from './user.row.js';

/** Makes the account an administrator. @throws NOT_FOUND */
export async function promote(app: App, email: string): Promise<void> {
  await changeAccount(app, email, { role: 'ADMIN' });
}

/** Disables the account and ends its sessions: it can neither sign in nor use a token that it holds. @throws NOT_FOUND */
export async function disable(app: App, email: string): Promise<void> {
  const userId = await changeAccount(app, email, { isActive: false });
  const endedAt = app.clock.now();
  await transaction(app, (em) => em.nativeUpdate(SessionRow, { userId, endedAt: null }, { endedAt }));
}

/** The id of the account with this e-mail. @throws NOT_FOUND */
export async function findAccountId(app: App, email: string): Promise<number> {
  const key = email.trim().toLowerCase();
  const row = await app.read.selectFrom('users').select('id').where('email', '=', key).executeTakeFirst();
  if (row) return row.id;
  throw new CodedError('NOT_FOUND', `No account has the e-mail ${email}.`);
}

async function changeAccount(app: App, email: string, change: { role?: 'ADMIN'; isActive?: boolean }) {
  const id = await findAccountId(app, email);
  await transaction(app, (em) => em.nativeUpdate(UserRow, { id }, change));
  return id;
}

import type { EntityManager } from '@mikro-orm/sql';
import { type App, transaction } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import type { AuditAction } from './audit.row.js';
import { recordAct } from './audit.service.js';
import { endSessions } from './session.service.js';
import { UserRow } from './user.row.js';

/** Makes the account an administrator. @throws NOT_FOUND */
export function promote(app: App, email: string): Promise<void> {
  return changeAccount(app, email, 'account.promote', (em, id) => em.nativeUpdate(UserRow, { id }, { role: 'ADMIN' }));
}

/** Disables the account and ends its sessions: it can neither sign in nor use a token that it holds. @throws NOT_FOUND */
export function disable(app: App, email: string): Promise<void> {
  return changeAccount(app, email, 'account.disable', async (em, id) => {
    await em.nativeUpdate(UserRow, { id }, { isActive: false });
    await endSessions(app, em, { userId: id });
  });
}

/** Lets a disabled account sign in again. @throws NOT_FOUND */
export function enable(app: App, email: string): Promise<void> {
  return changeAccount(app, email, 'account.enable', (em, id) => em.nativeUpdate(UserRow, { id }, { isActive: true }));
}

/** The id of the account with this e-mail. @throws NOT_FOUND */
export async function findAccountId(app: App, email: string): Promise<number> {
  const key = email.trim().toLowerCase();
  const rows = app.read.selectFrom('users').select('id').where('email', '=', key).where('deletedAt', 'is', null);
  const row = await rows.executeTakeFirst();
  if (row) return row.id;
  throw new CodedError('NOT_FOUND', `No account has the e-mail ${email}.`);
}

/** From the command line alone: no operation of the API does any of it. */
async function changeAccount(
  app: App,
  email: string,
  action: AuditAction,
  change: (em: EntityManager, id: number) => Promise<unknown>,
): Promise<void> {
  const id = await findAccountId(app, email);
  await transaction(app, async (em) => {
    await change(em, id);
    await recordAct(app, em, { actorId: null, action, subjectId: id });
  });
}

import type { App } from '../shared/app.js';
import { batched, byKey } from '../shared/batch.js';
import type { RequestContext, Viewer } from '../shared/request-context.js';
import type { Columns } from '../shared/tables.js';
import { verifyAccessToken } from './access-token.js';
import type { UserRow } from './user.row.js';

/**
 * Who an access token stands for, by the account and session as they are now: a disabled account or an ended session
 * makes it worthless at once. Null when it is not valid.
 */
export async function findViewer(app: App, token: string): Promise<(Viewer & { tokenExpiresAt: number }) | null> {
  const claims = verifyAccessToken(app, token);
  if (!claims) return null;
  const row = await app.read
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .select(['users.role', 'users.isActive'])
    .where('sessions.id', '=', claims.sessionId)
    .where('users.id', '=', claims.userId)
    .where('sessions.endedAt', 'is', null)
    .executeTakeFirst();
  if (!row?.isActive) return null;
  return { id: claims.userId, role: row.role, sessionId: claims.sessionId, tokenExpiresAt: claims.expiresAt };
}

/** What an account's owner sees of it. */
export type AccountFields = Omit<Columns<UserRow>, 'passwordHash' | 'usernameKey' | 'deletedAt'>;

export function findAccount(ctx: RequestContext, id: number): Promise<AccountFields | undefined> {
  return ctx.read
    .selectFrom('users')
    .select(['id', 'username', 'email', 'role', 'isActive', 'credits', 'createdAt'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** What others may see of an account. */
export const userById = batched(async (ctx, ids: readonly number[]) => {
  const rows = await ctx.read.selectFrom('users').select(['id', 'username']).where('id', 'in', ids).execute();
  return byKey(rows, (row) => row.id);
});

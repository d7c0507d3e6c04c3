import type { App } from '../shared/app.js';
import { toOne } from '../shared/relation.js';
import type { RoleName, Viewer } from '../shared/request-context.js';
import { rowRead } from '../shared/root-read.js';
import { type RowOf, source } from '../shared/source.js';
import { Statement } from '../shared/statement.js';
import { verifyAccessToken } from './access-token.js';

/**
 * Who an access token stands for, by the account and session as they are now: a disabled account or an ended session
 * makes it worthless at once. Null when it is not valid.
 */
export async function findViewer(app: App, token: string): Promise<(Viewer & { tokenExpiresAt: number }) | null> {
  const claims = verifyAccessToken(app, token);
  if (!claims) return null;
  const { sessionId, userId } = claims;
  const [row] = await app.statements.read(liveAccount, { sessionId, userId });
  if (!row?.isActive) return null;
  return { id: claims.userId, role: row.role, sessionId: claims.sessionId, tokenExpiresAt: claims.expiresAt };
}

const liveAccount = new Statement<{ sessionId: number; userId: number }, { role: RoleName; isActive: boolean }>(
  (db, { sessionId, userId }) =>
    db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.userId')
      .select(['users.role', 'users.isActive'])
      .where('sessions.id', '=', sessionId)
      .where('users.id', '=', userId)
      .where('sessions.endedAt', 'is', null),
);

const accounts = source('users', ['id', 'username', 'email', 'role', 'isActive', 'credits', 'createdAt']);

/** What an account's owner sees of it. */
export type AccountFields = RowOf<typeof accounts>;

/** An account as its owner sees it: the viewer's own, or one that an administrator acts on. */
export const ownAccount = rowRead({ source: accounts }, null);

/** What others may see of an account. */
export const users = source('users', ['id', 'username']);

/** The account that a course belongs to. */
export const instructorOf = toOne(users, 'instructorId');

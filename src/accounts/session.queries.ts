import type { RequestContext, Viewer } from '../shared/request-context.js';
import type { Columns } from '../shared/tables.js';
import type { SessionRow } from './session.row.js';

/** A plain list has an end: who has more sessions sees those used last. */
const MOST_SESSIONS = 100;

/** What an account's owner sees of a session. */
export type SessionFields = Omit<Columns<SessionRow>, 'userId' | 'endedAt'> & { current: boolean };

/** The viewer's sessions that have neither ended nor expired, the last used first. */
export async function liveSessions(ctx: RequestContext, viewer: Viewer): Promise<SessionFields[]> {
  const rows = await ctx.read
    .selectFrom('sessions')
    .select(['id', 'createdAt', 'lastUsedAt', 'expiresAt', 'userAgent'])
    .where('userId', '=', viewer.id)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', ctx.clock.now())
    .orderBy('lastUsedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST_SESSIONS)
    .execute();
  return rows.map((row) => ({ ...row, current: row.id === viewer.sessionId }));
}

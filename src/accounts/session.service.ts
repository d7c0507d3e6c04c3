import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { FilterQuery } from '@mikro-orm/core';
import type { EntityManager } from '@mikro-orm/sql';
import { type App, transaction } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { RefreshTokenRow } from './refresh-token.row.js';
import { SessionRow } from './session.row.js';
import { addressOf, type Caller } from './throttles.js';
import { UserRow } from './user.row.js';

const SESSION_MS = 30 * 24 * 3_600_000;
/** A client whose answer was lost may send the same token again for so long. */
const REPEAT_MS = 10_000;
const MOST_OF_USER_AGENT = 200;

export interface OpenSession {
  sessionId: number;
  refreshToken: string;
}

/** Begins a session, in the transaction that checked who it is for. */
export async function openSession(app: Caller, em: EntityManager, userId: number): Promise<OpenSession> {
  const now = app.clock.now();
  const session = em.create(SessionRow, {
    userId,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + SESSION_MS,
    userAgent: userAgentOf(app),
  });
  await em.flush();
  const refreshToken = randomBytes(32).toString('base64url');
  em.create(RefreshTokenRow, { sessionId: session.id, tokenHash: hashToken(refreshToken), createdAt: now });
  await em.flush();
  return { sessionId: session.id, refreshToken };
}

/**
 * Exchanges a refresh token for its successor. The successor is derived from it, so that it need not be stored to be
 * given again: a repeat within 10 s, while the successor is unused, gives the same one; any later repeat means that
 * two parties hold the token, and ends the session.
 * @throws INVALID_TOKEN, ACCOUNT_DISABLED; RATE_LIMITED instead of INVALID_TOKEN, with `retryAfterSeconds`, when the
 *   address has sent too many that are not valid (a valid one is never refused for that: nobody can guess it)
 */
export async function rotateRefreshToken(app: Caller, token: string): Promise<OpenSession & { user: UserRow }> {
  const sessionId = await sessionOf(app, token);
  if (sessionId === null) throw await invalidToken(app);
  const now = app.clock.now();
  const successor = createHmac('sha256', app.config.jwtSecret).update(`refresh:${token}`).digest('base64url');
  // The reuse must be written although the caller gets an error: hence a value and not a throw inside.
  const outcome = await transaction(app, async (em) => {
    // Of two who send the same token at once, the second sees what the first has made of it.
    await app.statements.within(em).lock('sessions', sessionId);
    const row = await em.findOne(RefreshTokenRow, { tokenHash: hashToken(token) });
    const session = row && (await em.findOne(SessionRow, row.sessionId));
    const user = session && (await em.findOne(UserRow, { id: session.userId, deletedAt: null }));
    if (!row || !user || session.expiresAt <= now) return 'invalid';
    // Before its end, which came with it: who is disabled need not try to sign in to learn it.
    if (!user.isActive) return 'disabled';
    if (session.endedAt != null) return 'invalid';
    if (row.usedAt == null) {
      row.usedAt = now;
      session.lastUsedAt = now;
      session.expiresAt = now + SESSION_MS;
      session.userAgent = userAgentOf(app);
      em.create(RefreshTokenRow, { sessionId: session.id, tokenHash: hashToken(successor), createdAt: now });
    } else {
      // None: the server's secret has changed since.
      const next = await em.findOne(RefreshTokenRow, { tokenHash: hashToken(successor) });
      if (!next || next.usedAt != null || now - row.usedAt > REPEAT_MS) {
        session.endedAt = now;
        await em.flush();
        app.log.warn({ sessionId: session.id, userId: user.id }, 'a refresh token was used again: session ended');
        return 'invalid';
      }
    }
    await em.flush();
    return { sessionId: session.id, refreshToken: successor, user };
  });
  if (outcome === 'invalid') throw await invalidToken(app);
  if (outcome === 'disabled') throw accountDisabled();
  return outcome;
}

/** Ends a session: its refresh tokens and access tokens are refused from the next operation on. */
export async function endSession(app: App, sessionId: number): Promise<void> {
  await transaction(app, (em) => endSessions(app, em, { id: sessionId }));
}

/** Ends a session of the account, on whatever device it is. @throws NOT_FOUND when it is another's or has ended */
export async function revokeSession(app: App, userId: number, sessionId: number): Promise<void> {
  const live = { id: sessionId, userId, expiresAt: { $gt: app.clock.now() } };
  const ended = await transaction(app, (em) => endSessions(app, em, live));
  if (ended === 0) throw new CodedError('NOT_FOUND', 'You have no such session.');
}

/** Ends those of the sessions that have not ended, and says how many. */
export function endSessions(app: App, em: EntityManager, which: FilterQuery<SessionRow> & object): Promise<number> {
  return em.nativeUpdate(SessionRow, { ...which, endedAt: null }, { endedAt: app.clock.now() });
}

export function accountDisabled(): CodedError {
  return new CodedError('ACCOUNT_DISABLED', 'This account is disabled: ask an administrator of your school.');
}

/** Asked of the read handle: a flood of invented tokens must not keep those waiting who write. */
async function sessionOf(app: App, token: string): Promise<number | null> {
  const rows = app.read.selectFrom('refreshTokens').select('sessionId').where('tokenHash', '=', hashToken(token));
  return (await rows.executeTakeFirst())?.sessionId ?? null;
}

/** Counts the failure against the caller's address. @throws RATE_LIMITED */
async function invalidToken(app: Caller): Promise<CodedError> {
  const address = addressOf(app);
  if (address) await app.throttles.refreshFailures.take(address);
  return new CodedError('INVALID_TOKEN', 'This refresh token is unknown, expired or was used before: sign in again.');
}

function userAgentOf({ userAgent }: Caller): string | null {
  return userAgent?.slice(0, MOST_OF_USER_AGENT).toWellFormed() ?? null;
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

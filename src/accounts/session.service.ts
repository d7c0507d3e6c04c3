import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/sql';
import { type App, transaction } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { RefreshTokenRow } from './refresh-token.row.js';
import { SessionRow } from './session.row.js';
import { UserRow } from './user.row.js';

const SESSION_MS = 30 * 24 * 3_600_000;
/** A client whose answer was lost may send the same token again for so long. */
const REPEAT_MS = 10_000;

export interface OpenSession {
  sessionId: number;
  refreshToken: string;
}

/** Begins a session, in the transaction that checked who it is for. */
export async function openSession(app: App, em: EntityManager, userId: number): Promise<OpenSession> {
  const now = app.clock.now();
  const session = em.create(SessionRow, { userId, createdAt: now, lastUsedAt: now, expiresAt: now + SESSION_MS });
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
 * @throws INVALID_TOKEN, ACCOUNT_DISABLED
 */
export async function rotateRefreshToken(app: App, token: string): Promise<OpenSession & { user: UserRow }> {
  const now = app.clock.now();
  const successor = createHmac('sha256', app.config.jwtSecret).update(`refresh:${token}`).digest('base64url');
  // The reuse must be written although the caller gets an error: hence a value and not a throw inside.
  const outcome = await transaction(app, async (em) => {
    const row = await em.findOne(RefreshTokenRow, { tokenHash: hashToken(token) });
    const session = row && (await em.findOne(SessionRow, row.sessionId));
    if (!row || !session || session.endedAt != null || session.expiresAt <= now) return 'invalid';
    const user = await em.findOneOrFail(UserRow, session.userId);
    if (!user.isActive) return 'disabled';
    if (row.usedAt == null) {
      row.usedAt = now;
      session.lastUsedAt = now;
      session.expiresAt = now + SESSION_MS;
      em.create(RefreshTokenRow, { sessionId: session.id, tokenHash: hashToken(successor), createdAt: now });
    } else {
      const next = await em.findOneOrFail(RefreshTokenRow, { tokenHash: hashToken(successor) });
      if (next.usedAt != null || now - row.usedAt > REPEAT_MS) {
        session.endedAt = now;
        await em.flush();
        app.log.warn({ sessionId: session.id, userId: user.id }, 'a refresh token was used again: session ended');
        return 'invalid';
      }
    }
    await em.flush();
    return { sessionId: session.id, refreshToken: successor, user };
  });
  if (outcome === 'invalid') {
    throw new CodedError('INVALID_TOKEN', 'This refresh token is unknown, expired or was used before: sign in again.');
  }
  if (outcome === 'disabled') throw accountDisabled();
  return outcome;
}

/** Ends a session: its refresh tokens and access tokens are refused from the next operation on. */
export async function endSession(app: App, sessionId: number): Promise<void> {
  const endedAt = app.clock.now();
  await transaction(app, (em) => em.nativeUpdate(SessionRow, { id: sessionId, endedAt: null }, { endedAt }));
}

export function accountDisabled(): CodedError {
  return new CodedError('ACCOUNT_DISABLED', 'This account is disabled: ask an administrator of your school.');
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

import { createSecretKey, type KeyObject } from 'node:crypto';
// biome-ignore lint/style/noRestrictedImports: the one importer
import jwt from 'jsonwebtoken';
import type { App } from '../shared/app.js';

export const ACCESS_TOKEN_SECONDS = 15 * 60;

const ISSUER = 'lectern';
const AUDIENCE = 'lectern-api';

export interface AccessClaims {
  userId: number;
  sessionId: number;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A signed access token for a session: HS256, 15 minutes. */
export function signAccessToken(app: App, userId: number, sessionId: number): string {
  const issuedAt = Math.floor(app.clock.now() / 1000);
  return jwt.sign({ sid: sessionId, typ: 'access', iat: issuedAt }, keyOf(app), {
    algorithm: 'HS256',
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: String(userId),
    expiresIn: ACCESS_TOKEN_SECONDS,
  });
}

/** What a token claims, or null when it is not one of ours, was changed, or has expired. */
export function verifyAccessToken(app: App, token: string): AccessClaims | null {
  try {
    const claims = jwt.verify(token, keyOf(app), {
      // Pinned: a token does not choose how it is checked.
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
      clockTimestamp: Math.floor(app.clock.now() / 1000),
    });
    if (typeof claims === 'string' || claims.typ !== 'access' || !claims.exp) return null;
    const userId = Number(claims.sub);
    const sessionId = Number(claims.sid);
    if (!Number.isSafeInteger(userId) || !Number.isSafeInteger(sessionId)) return null;
    return { userId, sessionId, expiresAt: claims.exp * 1000 };
  } catch {
    return null;
  }
}

const keys = new WeakMap<App['config'], KeyObject>();

/** Made once for a server: handed a string, the library would import it anew for each request. */
function keyOf({ config }: App): KeyObject {
  let key = keys.get(config);
  if (!key) {
    key = createSecretKey(Buffer.from(config.jwtSecret));
    keys.set(config, key);
  }
  return key;
}

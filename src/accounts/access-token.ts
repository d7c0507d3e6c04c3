import { createSecretKey, type KeyObject } from 'node:crypto';
// biome-ignore lint/style/noRestrictedImports: the one importer
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
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
  return jwt.sign({ sid: sessionId, typ: 'access', iat: issuedAt }, signingOf(app).key, {
    algorithm: 'HS256',
    issuer: ISSUER,
    audience: AUDIENCE,
    subject: String(userId),
    expiresIn: ACCESS_TOKEN_SECONDS,
  });
}

/**
 * What a token claims, or null when it is not one of ours, was changed, or has expired. A signature that was found to
 * hold is remembered, its expiry is looked at each time.
 */
export function verifyAccessToken(app: App, token: string): AccessClaims | null {
  const { key, verified } = signingOf(app);
  const known = verified.get(token);
  if (known) return app.clock.now() < known.expiresAt ? known : null;
  const claims = verify(app, key, token);
  if (claims) verified.set(token, claims);
  return claims;
}

function verify(app: App, key: KeyObject, token: string): AccessClaims | null {
  try {
    const claims = jwt.verify(token, key, {
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

interface Signing {
  key: KeyObject;
  /** Tokens whose signature holds, with their claims; those not seen for longest are forgotten. */
  verified: LRUCache<string, AccessClaims>;
}

const MOST_VERIFIED = 5000;
const signings = new WeakMap<App['config'], Signing>();

/** Made once for a server: handed a string, the library would import it anew for each request. */
function signingOf({ config }: App): Signing {
  let signing = signings.get(config);
  if (!signing) {
    signing = { key: createSecretKey(Buffer.from(config.jwtSecret)), verified: new LRUCache({ max: MOST_VERIFIED }) };
    signings.set(config, signing);
  }
  return signing;
}

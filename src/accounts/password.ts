// biome-ignore lint/style/noRestrictedImports: the one importer
import { argon2id, hash, verify } from 'argon2';
import pLimit from 'p-limit';
import { CodedError } from '../shared/coded-error.js';

/** OWASP's second choice for argon2id: 19 MiB, 2 passes, 1 lane. */
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Each hash takes 19 MiB and a core: a flood of logins waits here, and beyond the queue is turned away. */
const AT_ONCE = 2;
const WAITING_AT_MOST = 50;
const limit = pLimit(AT_ONCE);

/** @throws RATE_LIMITED when too many hashes wait already */
export function hashPassword(password: string): Promise<string> {
  return queued(() => hash(password, COST));
}

/**
 * Whether the password belongs to the hash. Without a hash (no such account) it does the same work and is false, so
 * that neither answer nor time tells which e-mail addresses are known.
 * @throws RATE_LIMITED when too many hashes wait already
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  // Longer than any password that could have been set: refused without the work, for known and unknown alike.
  if (password.length > 600) return false;
  const stored = passwordHash ?? (await nobodysHash());
  const matches = await queued(() => verify(stored, password));
  return matches && passwordHash !== null;
}

let nobodys: Promise<string> | undefined;

function nobodysHash(): Promise<string> {
  nobodys ??= hash('nobody has this password', COST);
  return nobodys;
}

function queued<T>(work: () => Promise<T>): Promise<T> {
  if (limit.pendingCount >= WAITING_AT_MOST) {
    throw new CodedError('RATE_LIMITED', 'Too many people sign in at once: try again in a few seconds.', {
      retryAfterSeconds: 5,
    });
  }
  return limit(work);
}

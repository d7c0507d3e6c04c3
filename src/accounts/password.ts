import { randomBytes } from 'node:crypto';
// biome-ignore lint/style/noRestrictedImports: the one importer
import { argon2id, hash, verify } from 'argon2';
import pLimit from 'p-limit';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { isTooLong } from './account.policy.js';

/**
 * More than OWASP's second choice for argon2id (19 MiB, 2 passes, 1 lane). Blocks of 32 MiB and more go back to the system
 * when they are freed: glibc keeps smaller ones, one for each thread that ever hashed.
 */
const COST = { type: argon2id, memoryCost: 32_768, timeCost: 2, parallelism: 1 } as const;

/** Each hash takes 32 MiB and a core: a flood of logins waits here, and beyond the queue is turned away. */
const AT_ONCE = 2;
const WAITING_AT_MOST = 50;
const limit = pLimit(AT_ONCE);

/** How many wait, of all servers in the process. */
export const passwordsWaiting = () => limit.pendingCount;

/** Asked in a password's turn, just before the work: refuses by throwing. */
type Admit = () => Promise<unknown>;

/** @throws RATE_LIMITED when too many hashes wait already, and what `admit` throws */
export function hashPassword(app: App, password: string, admit: Admit): Promise<string> {
  return inTurn(app, admit, () => hash(password, COST));
}

/**
 * Whether the password belongs to the hash. Without a hash (no such account) it does the same work and is false, so
 * that neither answer nor time tells which e-mail addresses are known.
 * @throws RATE_LIMITED when too many hashes wait already, and what `admit` throws
 */
export async function verifyPassword(
  app: App,
  passwordHash: string | null,
  password: string,
  admit: Admit,
): Promise<boolean> {
  // No account can have it: refused without the work, for known and unknown alike.
  if (isTooLong(password)) return false;
  const matches = await inTurn(app, admit, () => verify(passwordHash ?? NOBODYS_HASH, password));
  return matches && passwordHash !== null;
}

/** The hash of no password, that takes the same work to find out. */
const NOBODYS_HASH = (() => {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '');
  const { memoryCost, timeCost, parallelism } = COST;
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(16)}$${base64(32)}`;
})();

async function inTurn<T>(app: App, admit: Admit, work: () => Promise<T>): Promise<T> {
  if (limit.pendingCount >= WAITING_AT_MOST) {
    throw new CodedError('RATE_LIMITED', 'Too many people sign in at once: try again in a few seconds.', {
      retryAfterSeconds: 5,
    });
  }
  return limit(async () => {
    await admit();
    await app.checkpoint('password.work');
    return work();
  });
}

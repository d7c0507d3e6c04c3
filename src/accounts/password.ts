import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
// biome-ignore lint/style/noRestrictedImports: the one importer
import { argon2id, hash, verify } from 'argon2';
import { CodedError } from '../shared/coded-error.js';
import { FairQueue } from '../shared/fair-queue.js';
import { isTooLong } from './account.policy.js';
import { addressOf, type Caller } from './throttles.js';

/**
 * More than OWASP's second choice for argon2id (19 MiB, 2 passes, 1 lane). Blocks of 32 MiB and more go back to the system
 * when they are freed: glibc keeps smaller ones, one for each thread that ever hashed.
 */
const COST = { type: argon2id, memoryCost: 32_768, timeCost: 2, parallelism: 1 } as const;

/**
 * Each hash takes 32 MiB and a core: a flood of logins waits here, and beyond the queue is turned away. Addresses take
 * turns, so that those of others wait for one of its passwords at a time. One core is left to all other requests.
 */
export const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
const WAITING_AT_MOST = 50;
let running = 0;
const queue = new FairQueue<{ begin: () => void; refuse: () => void }>(WAITING_AT_MOST);

/** How many wait, of all servers in the process. */
export const passwordsWaiting = () => queue.size;

/** Asked in a password's turn, just before the work: refuses by throwing. */
type Admit = () => Promise<unknown>;

/** @throws RATE_LIMITED when too many hashes wait already, and what `admit` throws */
export function hashPassword(caller: Caller, password: string, admit: Admit): Promise<string> {
  return inTurn(caller, admit, () => hash(password, COST));
}

/**
 * Whether the password belongs to the hash. Without a hash (no such account) it does the same work and is false, so
 * that neither answer nor time tells which e-mail addresses are known.
 * @throws RATE_LIMITED when too many hashes wait already, and what `admit` throws
 */
export async function verifyPassword(
  caller: Caller,
  passwordHash: string | null,
  password: string,
  admit: Admit,
): Promise<boolean> {
  // No account can have it: refused without the work, for known and unknown alike.
  if (isTooLong(password)) return false;
  const matches = await inTurn(caller, admit, () => verify(passwordHash ?? NOBODYS_HASH, password));
  return matches && passwordHash !== null;
}

/** The hash of no password, that takes the same work to find out. */
const NOBODYS_HASH = (() => {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replaceAll('=', '');
  const { memoryCost, timeCost, parallelism } = COST;
  return `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${base64(16)}$${base64(32)}`;
})();

async function inTurn<T>(caller: Caller, admit: Admit, work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await turn(caller);
  else running++;
  try {
    await admit();
    await caller.checkpoint('password.work');
    return await work();
  } finally {
    // Its place is the next one's.
    const next = queue.next();
    if (next) next.begin();
    else running--;
  }
}

function turn(caller: Caller): Promise<void> {
  return new Promise((begin, reject) => {
    const refuse = () => reject(tooManyAtOnce());
    queue.add(addressOf(caller) ?? '', { begin, refuse })?.refuse();
  });
}

function tooManyAtOnce(): CodedError {
  const message = 'Too many people sign in at once: try again in a few seconds.';
  return new CodedError('RATE_LIMITED', message, { retryAfterSeconds: 5 });
}

import type { AuthFieldsFragment } from './generated/types.js';
import type { Result } from './http.js';
import { codeOf, hasCode, LecternError } from './lectern-error.js';
import { type TokenStore, type Tokens, turns } from './token-store.js';

/** An access token with less left than this is not sent any more. */
const SPARE_MS = 10_000;

type Listener = (userId: string | null) => void;

/** Who is signed in. Refreshes once for all who wait, in this client and in all that share its store. */
export class Session {
  readonly #lock: NonNullable<TokenStore['lock']>;
  readonly #listeners = new Set<Listener>();
  #refreshing: Promise<Tokens> | null = null;
  #told: string | null | undefined;

  /** @param exchange sends a refresh token and gives what the server gives for it */
  constructor(
    private readonly store: TokenStore,
    private readonly exchange: (refreshToken: string) => Promise<AuthFieldsFragment>,
  ) {
    this.#lock = store.lock?.bind(store) ?? turns();
  }

  /** Whose session is kept. */
  async userId(): Promise<string | null> {
    return (await this.store.get())?.userId ?? null;
  }

  /** The tokens to send, fresh; null when nobody is signed in. @throws UNAUTHENTICATED when the session has ended */
  async tokens(): Promise<Tokens | null> {
    const tokens = await this.store.get();
    if (!tokens || isFresh(tokens)) return tokens;
    return this.renewed(tokens);
  }

  /**
   * What takes the place of tokens that the server refuses, or that have expired.
   * @throws UNAUTHENTICATED, ACCOUNT_DISABLED, and nobody is signed in any more; UNREACHABLE, RATE_LIMITED, and nothing is lost
   */
  renewed(refused: Tokens): Promise<Tokens> {
    this.#refreshing ??= this.#lock(() => this.#renew(refused)).finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Sends an operation as whoever is signed in, and once more when their access token was refused. */
  async send(operation: (accessToken: string | undefined) => Promise<Result>): Promise<Result> {
    const tokens = await this.tokens();
    const result = await operation(tokens?.accessToken);
    if (!tokens || codeOf(result) !== 'UNAUTHENTICATED') return result;
    const renewed = await this.renewed(tokens);
    // Somebody else has signed in meanwhile: what was asked for one must not be done for another.
    return renewed.userId === tokens.userId ? operation(renewed.accessToken) : result;
  }

  async begin(auth: AuthFieldsFragment): Promise<void> {
    await this.#lock(async () => this.store.set(tokensOf(auth)));
    this.#tell(auth.user.id);
  }

  /** Forgets the session; the server is not told. */
  async forget(): Promise<void> {
    await this.#lock(async () => this.store.set(null));
    this.#tell(null);
  }

  /** Calls `listener` whenever another account, or nobody, is signed in; also in another tab, where the store tells. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    const unhear = this.store.onChange?.(async () => this.#tell(await this.userId()));
    return () => {
      this.#listeners.delete(listener);
      unhear?.();
    };
  }

  async #renew(refused: Tokens): Promise<Tokens> {
    const held = await this.store.get();
    if (!held) throw signedOut();
    // Another client has been here before.
    if (held.accessToken !== refused.accessToken && isFresh(held)) return held;
    try {
      const next = tokensOf(await this.exchange(held.refreshToken));
      const now = await this.store.get();
      // Signed out or in meanwhile, by somebody who does not keep the lock.
      if (now?.refreshToken !== held.refreshToken) return now ?? Promise.reject(signedOut());
      await this.store.set(next);
      return next;
    } catch (error) {
      if (!hasCode(error, 'INVALID_TOKEN', 'ACCOUNT_DISABLED')) throw error;
      const now = await this.store.get();
      if (now && now.refreshToken !== held.refreshToken) return now;
      await this.store.set(null);
      this.#tell(null);
      throw error.code === 'ACCOUNT_DISABLED' ? error : signedOut(error);
    }
  }

  #tell(userId: string | null): void {
    if (userId === this.#told) return;
    this.#told = userId;
    for (const listener of [...this.#listeners]) listener(userId);
  }
}

export function signedOut(cause?: unknown): LecternError {
  return new LecternError('UNAUTHENTICATED', 'The session has ended: sign in again.', cause ? { cause } : {});
}

function isFresh({ expiresAt }: Tokens): boolean {
  return expiresAt > Date.now() + SPARE_MS;
}

function tokensOf({ accessToken, refreshToken, expiresIn, user }: AuthFieldsFragment): Tokens {
  return { accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000, userId: user.id };
}

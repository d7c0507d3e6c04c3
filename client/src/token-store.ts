/** A session as it is kept. Whoever has it is signed in: keep it where only your own code reads. */
export interface Tokens {
  accessToken: string;
  /** Of single use. */
  refreshToken: string;
  /** When the access token ends: milliseconds since 1970, by this device's clock. */
  expiresAt: number;
  /** Whose session it is. */
  userId: string;
}

/** Where a session is kept. It is read anew for each operation, so that several clients may share it. */
export interface TokenStore {
  get(): Tokens | null | Promise<Tokens | null>;
  set(tokens: Tokens | null): void | Promise<void>;
  /**
   * Runs `work` while nobody else who shares the store runs theirs. A refresh token is of single use: two that send the
   * same one more than ten seconds apart are both signed out. Without it, callers of one client wait for each other.
   */
  lock?<T>(work: () => Promise<T>): Promise<T>;
  /** Calls `listener` when somebody else, such as another tab, has changed the store; gives what ends it. */
  onChange?(listener: () => void): () => void;
}

/** Kept until the page or the process ends. */
export function memoryTokens(tokens: Tokens | null = null): TokenStore {
  let held = tokens;
  return {
    get: () => held,
    set(next) {
      held = next;
    },
  };
}

/**
 * Kept in the browser, and shared by its tabs: one refreshes for all, by the Web Locks API where the browser has it (in
 * secure contexts), else by the server's patience of ten seconds.
 * @param key of the item in `localStorage`; also the lock's name
 */
export function localStorageTokens(key = 'lectern'): TokenStore {
  const inTurn = turns();
  return {
    get() {
      try {
        const tokens = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Tokens> | null;
        if (tokens?.accessToken && tokens.refreshToken && tokens.userId) return tokens as Tokens;
      } catch {
        // Not JSON, so not ours.
      }
      return null;
    },
    set(tokens) {
      if (tokens) localStorage.setItem(key, JSON.stringify(tokens));
      else localStorage.removeItem(key);
    },
    async lock(work) {
      return globalThis.navigator?.locks ? navigator.locks.request(key, work) : inTurn(work);
    },
    onChange(listener) {
      // Of other tabs alone; a cleared storage has no key.
      const hear = (event: StorageEvent) => {
        if (event.key === key || event.key === null) listener();
      };
      globalThis.addEventListener?.('storage', hear);
      return () => globalThis.removeEventListener?.('storage', hear);
    },
  };
}

/** Runs one work after the other. */
export function turns(): NonNullable<TokenStore['lock']> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}

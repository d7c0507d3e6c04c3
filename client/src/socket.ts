import { type Client, CloseCode, createClient } from 'graphql-ws/client';
import type { Payload, Result } from './http.js';
import { codeOf, hasCode, LecternError } from './lectern-error.js';
import { pause } from './pause.js';
import type { Position } from './position.js';
import { type Session, signedOut } from './session.js';
import { socketFailure } from './socket-failure.js';
import type { Tokens } from './token-store.js';

/**
 * `idle`: nothing is being followed. `connecting`: for the first time, or again. `open`. `waiting`: the connection was
 * lost, and is tried again in a moment.
 */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'waiting';

export interface Sink {
  next(result: Result): void;
  error(error: unknown): void;
  complete(): void;
}

export interface SocketOptions {
  url: string;
  webSocket?: typeof WebSocket | undefined;
  /** How long the socket stays open when nothing is being followed any more. */
  idleSocketMs: number;
}

/** With the pauses between them about a minute. */
const RETRIES = 12;
const LONGEST_PAUSE_MS = 10_000;
/** A connection that is not had within so long is tried anew. */
const CONNECT_WITHIN_MS = 10_000;
/** A socket that is silent for so long is asked whether it is there, and is given up when it does not say so in time. */
const PING_AFTER_MS = 12_000;
const PONG_WITHIN_MS = 6_000;

/** The one socket of a client: open while something is followed, and opened again when it is lost. */
export class Socket {
  readonly #client: Client;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = 'idle';
  readonly #followed = new Set<Followed>();
  /** Whose the socket is. */
  #tokens: Tokens | null = null;
  #refused: string | undefined;

  constructor(
    private readonly session: Session,
    { url, webSocket, idleSocketMs }: SocketOptions,
  ) {
    let patience: ReturnType<typeof setTimeout> | undefined;
    const giveUpAfter = (ms: number) => {
      clearTimeout(patience);
      patience = setTimeout(() => this.#client.terminate(), ms);
    };
    this.#client = createClient({
      url,
      webSocketImpl: webSocket,
      lazyCloseTimeout: idleSocketMs,
      keepAlive: PING_AFTER_MS,
      retryAttempts: RETRIES,
      retryWait: (retries) => pause(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** retries) * (0.5 + Math.random() / 2)),
      // A refused refresh is final; all else may be another the next time.
      shouldRetry: (error) => !(error instanceof LecternError) || hasCode(error, 'UNREACHABLE'),
      connectionParams: () => this.#authorization(),
      on: {
        connecting: () => {
          giveUpAfter(CONNECT_WITHIN_MS);
          this.#become('connecting');
        },
        connected: () => {
          clearTimeout(patience);
          this.#endThoseOfOthers(this.#owner);
          this.#become('open');
        },
        closed: (event) => {
          clearTimeout(patience);
          if ((event as CloseEvent).code === CloseCode.Forbidden) this.#refused = this.#tokens?.accessToken;
          this.#lost();
        },
        error: () => {
          clearTimeout(patience);
          this.#lost();
        },
        ping: (received) => {
          if (!received) giveUpAfter(PONG_WITHIN_MS);
        },
        pong: () => clearTimeout(patience),
      },
    });
  }

  /**
   * Follows an operation, over as many sockets as it takes. `position` says what to send each time and what of the
   * answers is new.
   * @returns what leaves it
   */
  follow(payload: Payload, position: Position, sink: Sink): () => void {
    let over = false;
    let accepted = false;
    let unsubscribe = () => {};
    const followed: Followed = { owner: undefined, fail: (error) => end(() => sink.error(error)) };
    this.#followed.add(followed);
    const end = (last: () => void) => {
      if (over) return;
      over = true;
      this.#followed.delete(followed);
      // Not within a message: the library counts it twice when the next message of the same turn completes it.
      queueMicrotask(() => unsubscribe());
      if (this.#followed.size === 0 && this.#state !== 'open') this.#become('idle');
      last();
    };
    const begin = (owner: string | null) => {
      if (over) return;
      followed.owner = owner;
      unsubscribe = this.#client.subscribe<Result['data'], Result['extensions']>(
        {
          ...payload,
          query: payload.query ?? '',
          // Read whenever it is sent, so each time with the position of then.
          get variables() {
            return position.variables();
          },
        } as { query: string },
        {
          next: (result) => {
            if (over) return;
            accepted = true;
            const news = position.accept(result as Result);
            if (news) sink.next(news);
            if (position.ended) end(() => sink.complete());
          },
          error: (error) => {
            const failure = socketFailure(error);
            const again = accepted && failure.code === 'RATE_LIMITED' && failure.retryAfterSeconds;
            if (over || !again) return end(() => sink.error(failure));
            // Only the taking up again was refused: the answer goes on.
            pause(again * 1000).then(() => begin(owner));
          },
          complete: () => end(() => sink.complete()),
        },
      );
    };
    this.session
      .userId()
      .then((owner) => {
        this.#leaveOthers(owner);
        begin(owner);
      })
      .catch(followed.fail);
    return () => end(() => {});
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Ends what is followed for others: this account, or nobody, is signed in now. */
  become(userId: string | null): void {
    this.#endThoseOfOthers(userId);
    this.#leaveOthers(userId);
  }

  close(): void {
    // It waits for a connection that may never come.
    Promise.resolve(this.#client.dispose()).catch(() => {});
  }

  get #owner(): string | null {
    return this.#tokens?.userId ?? null;
  }

  /** What one has asked is never sent as another: it would be asked anew, and charged to them. */
  #endThoseOfOthers(userId: string | null): void {
    for (const { owner, fail } of [...this.#followed]) if (owner !== undefined && owner !== userId) fail(signedOut());
  }

  /** Lets a socket of another's go: the next is opened as whoever is signed in then. */
  #leaveOthers(userId: string | null): void {
    if ((this.#state === 'open' || this.#state === 'connecting') && this.#owner !== userId) this.#client.terminate();
  }

  async #authorization() {
    let tokens = await this.session.tokens();
    if (tokens && tokens.accessToken === this.#refused) tokens = await this.session.renewed(tokens);
    this.#tokens = tokens;
    return tokens ? { authorization: `Bearer ${tokens.accessToken}` } : {};
  }

  #lost(): void {
    this.#become(this.#followed.size > 0 ? 'waiting' : 'idle');
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

interface Followed {
  /** Whose it is; undefined while that is not known. */
  owner: string | null | undefined;
  fail(error: unknown): void;
}

/** Whether a result is a refusal of the whole operation. */
export function isRefusal(result: Result): boolean {
  return codeOf(result) !== undefined && !result.data;
}

import { type Client, CloseCode, createClient } from 'graphql-ws/client';
import type { Payload, Result } from './http.js';
import { type ApiError, codeOf, errorOf, LecternError, type LecternErrorCode } from './lectern-error.js';
import type { Position } from './position.js';
import { type Session, signedOut } from './session.js';
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

/** With the pauses between them about a minute and a half. */
const RETRIES = 12;
const LONGEST_PAUSE_MS = 10_000;
/** A socket that is silent for so long is asked whether it is there, and is given up when it does not say so in time. */
const PING_AFTER_MS = 12_000;
const PONG_WITHIN_MS = 6_000;
const CLOSES: { [code: number]: LecternErrorCode } = {
  1008: 'RATE_LIMITED',
  1009: 'PAYLOAD_TOO_LARGE',
  1013: 'RATE_LIMITED',
  4400: 'BAD_REQUEST',
  4403: 'UNAUTHENTICATED',
  4429: 'BAD_REQUEST',
  4500: 'INTERNAL_SERVER_ERROR',
};

/** The one socket of a client: open while something is followed, and opened again when it is lost. */
export class Socket {
  readonly #client: Client;
  readonly #listeners = new Set<(state: ConnectionState) => void>();
  #state: ConnectionState = 'idle';
  /** Whose the socket is. */
  #tokens: Tokens | null = null;
  #refused: string | undefined;

  constructor(
    private readonly session: Session,
    { url, webSocket, idleSocketMs }: SocketOptions,
  ) {
    let patience: ReturnType<typeof setTimeout> | undefined;
    this.#client = createClient({
      url,
      webSocketImpl: webSocket,
      lazyCloseTimeout: idleSocketMs,
      keepAlive: PING_AFTER_MS,
      retryAttempts: RETRIES,
      retryWait: (retries) => {
        this.#become('waiting');
        return pause(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** retries) * (0.5 + Math.random() / 2));
      },
      // Our own are final: signed out, or not ours to answer.
      shouldRetry: (error) => !(error instanceof LecternError),
      connectionParams: () => this.#authorization(),
      on: {
        connecting: () => this.#become('connecting'),
        connected: () => this.#become('open'),
        closed: (event) => {
          clearTimeout(patience);
          if ((event as CloseEvent).code === CloseCode.Forbidden) this.#refused = this.#tokens?.accessToken;
          this.#become('idle');
        },
        error: () => this.#become('idle'),
        ping: (received) => {
          if (!received) patience = setTimeout(() => this.#client.terminate(), PONG_WITHIN_MS);
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
    let unsubscribe = () => {};
    const end = (last: () => void) => {
      if (over) return;
      over = true;
      unsubscribe();
      last();
    };
    const begin = async (owner: string | null) => {
      if (over) return;
      const socket = this;
      unsubscribe = this.#client.subscribe<Result['data'], Result['extensions']>(
        {
          ...payload,
          query: payload.query ?? '',
          // Read whenever it is sent, so each time with the position of then.
          get variables() {
            // Another account's socket: it must neither see nor ask what was this one's.
            if (socket.#owner !== owner) throw signedOut();
            return position.variables();
          },
        } as { query: string },
        {
          next: (result) => {
            if (over) return;
            const news = position.accept(result as Result);
            if (news) sink.next(news);
            if (position.ended) end(() => sink.complete());
          },
          error: (error) => {
            const failure = asLecternError(error);
            const again = position.begun && failure.code === 'RATE_LIMITED' && failure.retryAfterSeconds;
            if (over || !again) return end(() => sink.error(failure));
            // Only the taking up again was refused: the answer goes on.
            pause(again * 1000).then(() => begin(owner));
          },
          complete: () => end(() => sink.complete()),
        },
      );
    };
    this.session
      .tokens()
      .then((tokens) => {
        const owner = tokens?.userId ?? null;
        if (this.#state !== 'idle' && this.#owner !== owner) this.#client.terminate();
        return begin(owner);
      })
      .catch((error) => end(() => sink.error(error)));
    return () => end(() => {});
  }

  onState(listener: (state: ConnectionState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Opens another socket for what is followed from now on: somebody else is signed in. */
  renew(): void {
    if (this.#state !== 'idle') this.#client.terminate();
  }

  close(): void {
    void this.#client.dispose();
  }

  get #owner(): string | null {
    return this.#tokens?.userId ?? null;
  }

  async #authorization() {
    let tokens = await this.session.tokens();
    if (tokens && tokens.accessToken === this.#refused) tokens = await this.session.renewed(tokens);
    this.#tokens = tokens;
    return tokens ? { authorization: `Bearer ${tokens.accessToken}` } : {};
  }

  #become(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }
}

/** Waits; not longer than until a browser is online again. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      globalThis.removeEventListener?.('online', go);
      resolve();
    };
    const timer = setTimeout(go, ms);
    globalThis.addEventListener?.('online', go);
  });
}

function asLecternError(error: unknown): LecternError {
  if (error instanceof LecternError) return error;
  if (Array.isArray(error)) return errorOf(error as ApiError[]);
  const { code, reason } = error as Partial<CloseEvent>;
  const known = CLOSES[code ?? 0];
  if (known) return new LecternError(known, reason || 'The server has closed the connection.', { cause: error });
  return new LecternError('UNREACHABLE', 'The connection was lost, and could not be had again.', { cause: error });
}

/** Whether a result is a refusal of the whole operation. */
export function isRefusal(result: Result): boolean {
  return codeOf(result) !== undefined && !result.data;
}

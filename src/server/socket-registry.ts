import { CloseCode } from 'graphql-ws';
// biome-ignore lint/style/noRestrictedImports: a type alone
import type { WebSocket } from 'ws';
import type { App } from '../shared/app.js';
import type { Viewer } from '../shared/request-context.js';
import { TRY_AGAIN_LATER } from './socket-turns.js';

const POLICY_VIOLATION = 1008;
const MESSAGES_PER_WINDOW = 200;
const WINDOW_MS = 10_000;
/** A message counts once more for each of these. */
const MESSAGE_BYTES = 8 * 1024;
const LOOK_FOR_ENDED_MS = 1000;
/** Pings are spread over the time between two of a socket: thousands at once would hold up everybody else. */
const PING_GROUPS = 12;

/** What is kept of an open socket: most are idle most of the time, so it is little, and has no timer of its own. */
interface Held {
  pingGroup: number;
  /** Whether it has answered since the last ping. */
  alive: boolean;
  windowStart: number;
  messages: number;
  viewer: Viewer | null;
  /** When its token expires, by the process's own clock. */
  closeAt: number;
}

/**
 * The open sockets and who they belong to: so many per account, so many messages each, a ping every now and then that
 * has to be answered before the next, and an end with 4403 when the token has expired or its session has ended, also
 * when another process has ended it. A client of graphql-ws tries again after 4403, with the token that it has then;
 * 4401 would be final for it.
 */
export class SocketRegistry {
  readonly #held = new Map<WebSocket, Held>();
  readonly #timers: NodeJS.Timeout[];
  #opened = 0;
  /** One listener each for all sockets, which are their `this`. */
  readonly #onPing: (this: WebSocket, data: Buffer) => void;
  readonly #onPong: (this: WebSocket) => void;
  readonly #onClose: (this: WebSocket) => void;

  /** @param keepAliveMs between two pings of a socket */
  constructor(
    private readonly app: App,
    keepAliveMs: number,
  ) {
    const held = this.#held;
    this.#onPing = function ({ length }) {
      countMessage(this, held.get(this), length, app.clock.monotonic());
    };
    this.#onPong = function () {
      const own = held.get(this);
      if (own) own.alive = true;
    };
    this.#onClose = function () {
      held.delete(this);
    };
    let group = 0;
    this.#timers = [
      setInterval(() => this.#closeEnded(), LOOK_FOR_ENDED_MS).unref(),
      setInterval(() => this.#ping(group++ % PING_GROUPS), keepAliveMs / PING_GROUPS).unref(),
    ];
  }

  /** Takes a socket in that was opened, until it closes. */
  watch(socket: WebSocket): void {
    const pingGroup = this.#opened++ % PING_GROUPS;
    this.#held.set(socket, {
      pingGroup,
      alive: true,
      windowStart: 0,
      messages: 0,
      viewer: null,
      closeAt: Number.POSITIVE_INFINITY,
    });
    socket.on('ping', this.#onPing).on('pong', this.#onPong).once('close', this.#onClose);
  }

  /** Counts a message that has come, before it is read: too many, and the socket is closed. */
  count(socket: WebSocket, bytes: number): void {
    countMessage(socket, this.#held.get(socket), bytes, this.app.clock.monotonic());
  }

  /** Notes whose a socket is; false, and the socket is closed, when they have too many. */
  signIn(socket: WebSocket, viewer: Viewer & { tokenExpiresAt: number }): boolean {
    const { socketsPerUser } = this.app.config;
    let others = 0;
    if (socketsPerUser > 0) for (const held of this.#held.values()) if (held.viewer?.id === viewer.id) others++;
    if (socketsPerUser > 0 && others >= socketsPerUser) {
      socket.close(TRY_AGAIN_LATER, `At most ${socketsPerUser} sockets of an account: close one`);
      return false;
    }
    const held = this.#held.get(socket);
    if (held) {
      held.viewer = viewer;
      held.closeAt = performance.now() + viewer.tokenExpiresAt - this.app.clock.now();
    }
    return true;
  }

  viewerOf(socket: WebSocket): Viewer | null {
    return this.#held.get(socket)?.viewer ?? null;
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  #ping(group: number): void {
    for (const [socket, held] of this.#held) {
      if (held.pingGroup !== group || socket.readyState !== socket.OPEN) continue;
      if (held.alive) {
        held.alive = false;
        socket.ping();
      } else socket.terminate();
    }
  }

  async #closeEnded(): Promise<void> {
    const now = performance.now();
    const signedIn: [WebSocket, Viewer][] = [];
    for (const [socket, { viewer, closeAt }] of this.#held) {
      if (closeAt <= now) socket.close(CloseCode.Forbidden, 'Forbidden: the access token has expired');
      else if (viewer) signedIn.push([socket, viewer]);
    }
    if (signedIn.length === 0) return;
    try {
      const ids = new Set(signedIn.map(([, { sessionId }]) => sessionId));
      const ended = new Set(await endedSessions(this.app, [...ids]));
      for (const [socket, { sessionId }] of signedIn) {
        if (ended.has(sessionId)) socket.close(CloseCode.Forbidden, 'Forbidden: the session has ended');
      }
    } catch (error) {
      this.app.log.error({ err: error }, 'could not look for ended sessions');
    }
  }
}

function countMessage(socket: WebSocket, held: Held | undefined, bytes: number, now: number): void {
  if (!held) return;
  if (now - held.windowStart > WINDOW_MS) {
    held.windowStart = now;
    held.messages = 0;
  }
  const before = held.messages;
  held.messages += 1 + Math.floor(bytes / MESSAGE_BYTES);
  if (before < MESSAGES_PER_WINDOW && held.messages >= MESSAGES_PER_WINDOW) {
    socket.close(POLICY_VIOLATION, 'Too many messages');
  }
}

async function endedSessions(app: App, ids: readonly number[]): Promise<number[]> {
  const rows = await app.read
    .selectFrom('sessions')
    .select('id')
    .where('id', 'in', ids)
    .where('endedAt', 'is not', null)
    .execute();
  return rows.map(({ id }) => id);
}

import { CloseCode } from 'graphql-ws';
// biome-ignore lint/style/noRestrictedImports: a type alone
import type { WebSocket } from 'ws';
import type { App } from '../shared/app.js';
import type { Viewer } from '../shared/request-context.js';

/** Try again later (IANA's registry of WebSocket close codes). */
const TRY_AGAIN_LATER = 1013;
const POLICY_VIOLATION = 1008;
const MESSAGES_PER_WINDOW = 200;
const WINDOW_MS = 10_000;
const LOOK_FOR_ENDED_MS = 1000;

/**
 * The open sockets and who they belong to: so many per account, so many messages each, and an end with 4403 when the
 * token has expired or its session has ended, also when another process has ended it. A client of graphql-ws tries
 * again after 4403, with the token that it has then; 4401 would be final for it.
 */
export class SocketRegistry {
  readonly #signedIn = new Map<WebSocket, { viewer: Viewer; expiry: NodeJS.Timeout }>();
  readonly #timer: NodeJS.Timeout;

  constructor(private readonly app: App) {
    this.#timer = setInterval(() => this.#closeEnded(), LOOK_FOR_ENDED_MS).unref();
  }

  /** Counts what a socket sends from now on. */
  watch(socket: WebSocket): void {
    let windowStart = 0;
    let messages = 0;
    socket.on('message', () => {
      const now = this.app.clock.monotonic();
      if (now - windowStart > WINDOW_MS) {
        windowStart = now;
        messages = 0;
      }
      if (++messages === MESSAGES_PER_WINDOW) socket.close(POLICY_VIOLATION, 'Too many messages');
    });
  }

  /** Takes a socket in as the viewer's; false, and the socket is closed, when they have too many. */
  signIn(socket: WebSocket, viewer: Viewer & { tokenExpiresAt: number }): boolean {
    const { socketsPerUser } = this.app.config;
    const others = [...this.#signedIn.values()].filter((each) => each.viewer.id === viewer.id).length;
    if (socketsPerUser > 0 && others >= socketsPerUser) {
      socket.close(TRY_AGAIN_LATER, `At most ${socketsPerUser} sockets of an account: close one`);
      return false;
    }
    const expire = () => socket.close(CloseCode.Forbidden, 'Forbidden: the access token has expired');
    const expiry = setTimeout(expire, viewer.tokenExpiresAt - this.app.clock.now()).unref();
    this.#signedIn.set(socket, { viewer, expiry });
    return true;
  }

  viewerOf(socket: WebSocket): Viewer | null {
    return this.#signedIn.get(socket)?.viewer ?? null;
  }

  forget(socket: WebSocket): void {
    clearTimeout(this.#signedIn.get(socket)?.expiry);
    this.#signedIn.delete(socket);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #closeEnded(): Promise<void> {
    if (this.#signedIn.size === 0) return;
    try {
      const ids = new Set([...this.#signedIn.values()].map(({ viewer }) => viewer.sessionId));
      const ended = new Set(await endedSessions(this.app, [...ids]));
      for (const [socket, { viewer }] of this.#signedIn) {
        if (ended.has(viewer.sessionId)) socket.close(CloseCode.Forbidden, 'Forbidden: the session has ended');
      }
    } catch (error) {
      this.app.log.error({ err: error }, 'could not look for ended sessions');
    }
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

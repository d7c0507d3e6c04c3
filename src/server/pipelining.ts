import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Far more than clients that pipeline at all send ahead. */
const MOST_UNANSWERED = 50;

interface Ahead {
  newest: ServerResponse;
  /** Requests beside it that came before the last one was answered, and are not answered themselves. */
  unanswered: number;
}

/**
 * Ends a connection that sends request after request without waiting for answers: one packet holds hundreds, and all that
 * arrive are read and parsed before anybody can be given a turn.
 */
export class Pipelining {
  readonly #ahead = new WeakMap<Socket, Ahead>();

  /** @param onEnd called when the connection is ended */
  constructor(private readonly onEnd: (request: IncomingMessage) => void) {}

  /** Called for each request; false when its connection has been ended, and nobody waits for an answer. */
  begin(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket } = request;
    if (socket.destroyed) return false;
    const ahead = this.#ahead.get(socket);
    if (!ahead) {
      this.#ahead.set(socket, { newest: response, unanswered: 0 });
      return true;
    }
    const { newest } = ahead;
    ahead.newest = response;
    if (newest.writableFinished) return true;
    if (++ahead.unanswered > MOST_UNANSWERED) {
      this.onEnd(request);
      socket.destroy();
      return false;
    }
    response.once('close', () => ahead.unanswered--);
    return true;
  }
}

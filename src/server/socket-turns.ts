// biome-ignore lint/style/noRestrictedImports: types alone
import type { RawData, WebSocket } from 'ws';
import type { ClientTurns } from './client-turns.js';

/** Try again later (IANA's registry of WebSocket close codes). */
export const TRY_AGAIN_LATER = 1013;

/** What may have been under way when a socket was closed. */
const MOST_UNREAD_BYTES = 1024 * 1024;

/**
 * Has the messages of a socket counted when they come, and read in the turns of its client: to parse a large one takes
 * as long as many operations.
 */
export function takeTurns(
  turns: ClientTurns,
  socket: WebSocket,
  address: string,
  count: (bytes: number) => void,
): void {
  const { emit } = socket;
  let unread = 0;
  socket.emit = (event: string | symbol, ...args: unknown[]) => {
    if (event !== 'message') return emit.call(socket, event, ...args);
    const bytes = sizeOf(args[0] as RawData);
    count(bytes);
    if (socket.readyState !== socket.OPEN) {
      unread += bytes;
      // It was told to go, and goes on sending instead of saying goodbye.
      if (unread > MOST_UNREAD_BYTES) socket.terminate();
      return true;
    }
    const entered = turns.enter(address, socket, bytes, () => {
      // It may have been closed while it waited.
      if (socket.readyState === socket.OPEN) emit.call(socket, event, ...args);
    });
    if (!entered) socket.close(TRY_AGAIN_LATER, 'Too many messages wait: send the next when some are answered');
    return true;
  };
}

function sizeOf(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, { length }) => sum + length, 0) : data.byteLength;
}

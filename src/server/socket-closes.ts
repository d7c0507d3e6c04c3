import { CloseCode } from 'graphql-ws';
// biome-ignore lint/style/noRestrictedImports: a type alone
import type { WebSocket } from 'ws';
import { addressKey } from '../shared/address-key.js';
import type { App } from '../shared/app.js';
import type { ErrorCode } from '../shared/coded-error.js';
import type { Asker } from './operation-end.js';

/** What a close by us says of the client; other closes are no refusals. */
const REFUSALS: Record<number, keyof typeof ErrorCode> = {
  1007: 'BAD_REQUEST',
  1008: 'RATE_LIMITED',
  1009: 'PAYLOAD_TOO_LARGE',
  1013: 'RATE_LIMITED',
  [CloseCode.BadRequest]: 'BAD_REQUEST',
  [CloseCode.Unauthorized]: 'UNAUTHENTICATED',
  [CloseCode.Forbidden]: 'UNAUTHENTICATED',
  [CloseCode.SubprotocolNotAcceptable]: 'BAD_REQUEST',
  [CloseCode.ConnectionInitialisationTimeout]: 'BAD_REQUEST',
  [CloseCode.SubscriberAlreadyExists]: 'CONFLICT',
  [CloseCode.TooManyInitialisationRequests]: 'BAD_REQUEST',
};

/**
 * Counts how a socket is closed, and logs it when it was refused. By the code that was sent first: a client that is
 * thrown out need not answer, and is then seen to vanish with 1006.
 */
export function watchClose(app: App, socket: WebSocket, asker: () => Asker): void {
  let first: number | undefined;
  const { close } = socket;
  socket.close = (code, reason) => {
    if (first === undefined) tell(code);
    first ??= code;
    close.call(socket, code, reason);
  };
  socket.once('close', (code) => app.metrics.socketClosed(first ?? code));

  function tell(closeCode: number | undefined): void {
    const code = REFUSALS[closeCode ?? 0];
    if (!code) return;
    const { requestId, address, viewer } = asker();
    const viewerId = viewer?.id ?? null;
    app.refusals.tell({ code, transport: 'websocket', address: addressKey(address), viewerId, requestId, closeCode });
  }
}

/**
 * Takes the place of graphql-ws's listener, which prints each error with its stack, as often as a client likes. The
 * socket is closed by ws itself.
 */
export function keepQuiet({ log }: App, socket: WebSocket): void {
  socket.removeAllListeners('error');
  socket.on('error', (error) => log.debug({ err: error }, 'a socket failed'));
}

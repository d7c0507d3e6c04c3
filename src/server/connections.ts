import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressKey } from '../shared/address-key.js';
import type { App } from '../shared/app.js';
import type { ErrorCode } from '../shared/coded-error.js';
import { trustOf } from './client-address.js';
import { endRequest } from './operation-end.js';

/** Bounds the open connections, in all and of an address; not those of a proxy that TRUST_PROXY names. */
export function boundConnections(app: App, server: Server): void {
  const { inAll, perAddress } = app.config.connections;
  if (inAll > 0) server.maxConnections = inAll;
  if (perAddress === 0) return;
  const isProxy = trustOf(app.config.trustProxy);
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isProxy(remoteAddress, 0)) return;
    const key = addressKey(remoteAddress);
    const count = open.get(key) ?? 0;
    if (count >= perAddress) {
      endRequest(app, { requestId: randomUUID(), address: remoteAddress, viewer: null }, 'http', TOO_MANY);
      return turnAway(socket);
    }
    open.set(key, count + 1);
    socket.once('close', () => {
      const left = (open.get(key) ?? 1) - 1;
      if (left > 0) open.set(key, left);
      else open.delete(key);
    });
  });
}

const TOO_MANY = { operation: null, code: 'RATE_LIMITED' satisfies keyof typeof ErrorCode, ms: 0 } as const;
const MESSAGE = 'Too many connections are open from your address: close some, or use them again.';
const BODY = JSON.stringify({ errors: [{ message: MESSAGE, extensions: { code: TOO_MANY.code } }] });
const REFUSAL =
  'HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close\r\n' +
  `content-length: ${BODY.length}\r\n\r\n${BODY}`;

/** Waits for nothing of the client's. */
function turnAway(socket: Socket): void {
  socket.end(REFUSAL, () => socket.destroy());
}

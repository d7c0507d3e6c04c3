import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket as TcpSocket } from 'node:net';
import { type ExecutionArgs, GraphQLError } from 'graphql';
import { CloseCode, type Context } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
// biome-ignore lint/style/noRestrictedImports: the one importer
import { type WebSocket, WebSocketServer } from 'ws';
import { pause } from '../shared/abortable.js';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { addressReader } from './client-address.js';
import { buildContext, identify } from './context.js';
import { InvalidDocument } from './documents.js';
import type { Gates } from './graphql-http.js';
import { type Asker, endRequest } from './operation-end.js';
import { Pacer } from './pacer.js';
import { boundErrors, toPublicError } from './public-error.js';
import { keepQuiet, watchClose } from './socket-closes.js';
import { SocketOperations } from './socket-operations.js';
import { SocketRegistry } from './socket-registry.js';
import { takeTurns } from './socket-turns.js';
import { type SocketOperation, subscribeOverSocket } from './token-lane.js';

/** Of a message, and of the pieces that it may come in: each is held with what it takes beside its bytes. */
const MESSAGE_BOUNDS = { maxPayload: 128 * 1024, maxFragments: 128, maxBufferedChunks: 1024 };
const OPERATIONS_PER_SOCKET = 20;
const FAR_ID = '1000000000';
const SERVICE_RESTART = 1012;
/** How long a stop waits for last events to leave, and for clients to say goodbye. */
const DELIVERY_MS = 2000;
const FAREWELL_MS = 1000;
/**
 * A socket that has not answered a ping by the next one is cut: its reader is gone, or so slow that frames do not leave.
 * Until then each of its operations holds one frame, since the next is made when the last one has left.
 */
const KEEP_ALIVE_MS = 12_000;

type Socket = Context<Record<string, unknown> | undefined, Extra>;

/** graphql-transport-ws at `/graphql` on the HTTP server's port. `close()` ends every socket with 1012. */
export function createWebSocket(
  app: App,
  { schema, documents, persisted, admission, turns }: Gates,
  http: Server,
  keepAliveMs = KEEP_ALIVE_MS,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, ...MESSAGE_BOUNDS });
  const addressOf = addressReader(app.config.trustProxy);
  const pacer = new Pacer(app.clock);
  const registry = new SocketRegistry(app, keepAliveMs);
  const operations = new SocketOperations(app);
  const open = new Set<Socket>();
  app.metrics.gauge('lectern_sockets_open', 'Sockets that are open.', () => sockets.clients.size);
  sockets.on('connection', (socket, handshake: Handshake) => {
    registry.watch(socket);
    takeTurns(turns, socket, handshake.address, (bytes) => registry.count(socket, bytes));
    watchClose(app, socket, () => askerOf(socket, handshake));
  });

  const protocol = useServer(
    {
      async onConnect(socket) {
        open.add(socket);
        keepSparse(socket.subscriptions);
        try {
          const { viewer, tokenFault } = await identify(app, authorizationOf(socket));
          // False closes with 4403, unless it is being closed already.
          if (tokenFault) return false;
          return viewer === null || registry.signIn(socket.extra.socket, viewer);
        } catch (error) {
          socket.extra.socket.close(CloseCode.InternalServerError, toPublicError(error, app).message);
          return false;
        }
      },
      onClose(socket, code) {
        open.delete(socket);
        app.log.debug({ code }, 'socket closed');
      },
      // What stands between a document and its execution over HTTP stands here too: graphql-ws knows none of it.
      async onSubscribe(socket, id, payload): Promise<ExecutionArgs | readonly GraphQLError[]> {
        const handshake = handshakeOf(socket);
        const asker = askerOf(socket.extra.socket, handshake);
        const refuse = (errors: readonly GraphQLError[]) => operations.refuse(payload, errors);
        operations.begin(payload, asker);
        if (Object.keys(socket.subscriptions).length > OPERATIONS_PER_SOCKET) return refuse([tooManyOperations()]);
        try {
          const operation = documents.prepare(persisted.textOf(payload)).operation(payload.operationName);
          const contextValue = await buildContext(app, {
            requestId: asker.requestId,
            address: asker.address,
            authorization: authorizationOf(socket),
            userAgent: handshake.userAgent,
            bodyBytes: 0,
          });
          operations.known(payload, contextValue, operation.facts);
          if (contextValue.tokenFault) {
            socket.extra.socket.close(CloseCode.Forbidden, 'Forbidden: the access token is no longer valid');
          }
          const { operationName, variables: variableValues } = payload;
          await admission.admit(contextValue, operation, variableValues);
          const facts = {
            operation: operation.node,
            id,
            pacer,
            socket: socket.extra.socket,
            tcp: handshake.tcp,
            answered: () => operations.answered(payload),
          };
          const { document } = operation;
          return { schema, document, operationName, variableValues, contextValue, ...facts } as SocketOperation;
        } catch (error) {
          // A syntax error, or our own: it answers this id and leaves the socket's other operations alone.
          return refuse(error instanceof InvalidDocument ? boundErrors(error.errors) : [asGraphQLError(error)]);
        }
      },
      subscribe: (args) => subscribeOverSocket(args as SocketOperation),
      ...operations.hooks,
    },
    sockets,
    // The registry pings: a timer for each socket would be most of what an idle one costs.
    0,
  );
  sockets.on('connection', (socket) => keepQuiet(app, socket));

  function askerOf(socket: WebSocket, { address }: Handshake): Asker {
    return { requestId: randomUUID(), address, viewer: registry.viewerOf(socket) };
  }

  http.on('upgrade', (request: IncomingMessage, tcp: TcpSocket, head) => {
    // Node leaves the socket to us: without a listener a reset would end the process.
    tcp.on('error', ignore);
    if (request.url?.split('?', 1)[0] !== '/graphql') {
      const asker = { requestId: randomUUID(), address: addressOf(request), viewer: null };
      endRequest(app, asker, 'websocket', { operation: null, code: 'NOT_FOUND', ms: 0 });
      tcp.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const handshake: Handshake = {
      address: addressOf(request),
      authorization: request.headers.authorization,
      userAgent: request.headers['user-agent'] ?? null,
      tcp,
    };
    sockets.handleUpgrade(request, tcp, head, (socket) => sockets.emit('connection', socket, handshake));
  });

  return {
    async close() {
      registry.stop();
      // Answers that ended a moment ago have their terminal events under way.
      await until(DELIVERY_MS, () => [...open].every(({ subscriptions }) => Object.keys(subscriptions).length === 0));
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'Service restart');
      await until(FAREWELL_MS, () => sockets.clients.size === 0);
      for (const socket of sockets.clients) socket.terminate();
      await protocol.dispose();
    },
  };
}

/** What is kept of the request that opened a socket; the request itself is several kB. */
interface Handshake {
  address: string;
  authorization: string | undefined;
  userAgent: string | null;
  tcp: TcpSocket;
}

/** It is handed to graphql-ws in the request's place. */
function handshakeOf({ extra }: Socket): Handshake {
  return extra.request as unknown as Handshake;
}

/**
 * Of a client that numbers its operations over all its sockets, the 500th alone took 4 kB: V8 keeps room for every number up
 * to it, unless one has been far from all others.
 */
function keepSparse(subscriptions: Socket['subscriptions']): void {
  subscriptions[FAR_ID] = null;
  delete subscriptions[FAR_ID];
}

function ignore(): void {}

function authorizationOf(socket: Socket): string | undefined {
  const { connectionParams } = socket;
  // Any case, as with a header; a header of the handshake itself for clients that can set one.
  const given = Object.entries(connectionParams ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return typeof given === 'string' ? given : handshakeOf(socket).authorization;
}

function tooManyOperations(): GraphQLError {
  const message = `At most ${OPERATIONS_PER_SOCKET} operations run on a socket at once: end one first.`;
  return asGraphQLError(new CodedError('RATE_LIMITED', message));
}

/** Waits until something holds, but not for longer than so many milliseconds. */
async function until(ms: number, holds: () => boolean): Promise<void> {
  const end = performance.now() + ms;
  while (!holds() && performance.now() < end) await pause(5);
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

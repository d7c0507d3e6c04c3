import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { CloseCode, type Context } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
// biome-ignore lint/style/noRestrictedImports: the one importer
import { WebSocketServer } from 'ws';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { buildContext, identify } from './context.js';
import { toPublicError } from './public-error.js';

const MAX_FRAME_BYTES = 128 * 1024;
const SERVICE_RESTART = 1012;
/**
 * A socket that has not answered a ping by the next one is cut: its reader is gone, or so slow that frames do not leave.
 * Until then each of its operations holds one frame, since the next is made when the last one has left.
 */
const KEEP_ALIVE_MS = 12_000;

type Socket = Context<Record<string, unknown> | undefined, Extra>;

/** graphql-transport-ws at `/graphql` on the HTTP server's port. `close()` ends every socket with 1012. */
export function createWebSocket(
  app: App,
  schema: GraphQLSchema,
  http: Server,
  keepAliveMs = KEEP_ALIVE_MS,
): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });
  const rules = app.config.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const expiries = new WeakMap<Socket, NodeJS.Timeout>();

  const protocol = useServer(
    {
      async onConnect(socket) {
        const { viewer, tokenFault } = await identify(app, authorizationOf(socket));
        // 4403 and not 4401: clients of graphql-ws try again after it, with the token that they have then.
        if (tokenFault) return false;
        if (viewer) {
          const close = () => socket.extra.socket.close(CloseCode.Forbidden, 'Forbidden: the access token has expired');
          expiries.set(socket, setTimeout(close, viewer.tokenExpiresAt - app.clock.now()).unref());
        }
        return true;
      },
      onClose(socket, code) {
        clearTimeout(expiries.get(socket));
        app.log.debug({ code }, 'socket closed');
      },
      // graphql-ws runs nothing of Apollo: what stands between a document and its execution stands here.
      async onSubscribe(socket, _id, payload): Promise<ExecutionArgs | readonly GraphQLError[]> {
        try {
          const document = parse(payload.query);
          const faults = validate(schema, document, rules);
          if (faults.length > 0) return faults;
          const operation = getOperationAST(document, payload.operationName);
          if (!operation) return [noOperation(document)];
          const contextValue = await buildContext(app, {
            requestId: randomUUID(),
            address: socket.extra.request.socket.remoteAddress ?? '',
            authorization: authorizationOf(socket),
          });
          if (contextValue.tokenFault) {
            socket.extra.socket.close(CloseCode.Forbidden, 'Forbidden: the access token is no longer valid');
            return [asGraphQLError(contextValue.tokenFault)];
          }
          const { operationName, variables: variableValues } = payload;
          return { schema, document, operationName, variableValues, contextValue };
        } catch (error) {
          // A syntax error, or our own: it answers this id and leaves the socket's other operations alone.
          return [asGraphQLError(error)];
        }
      },
      onNext: (_socket, _id, _payload, _args, result) =>
        result.errors ? { ...result, errors: result.errors.map((error) => toPublicError(error, app.log)) } : result,
      onError: (_socket, _id, _payload, errors) => errors.map((error) => toPublicError(error, app.log)),
    },
    sockets,
    keepAliveMs,
  );

  http.on('upgrade', (request: IncomingMessage, tcp, head) => {
    if (request.url?.split('?', 1)[0] !== '/graphql') {
      tcp.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, tcp, head, (socket) => sockets.emit('connection', socket, request));
  });

  return {
    async close() {
      for (const socket of sockets.clients) socket.close(SERVICE_RESTART, 'Service restart');
      await protocol.dispose();
    },
  };
}

function authorizationOf({ connectionParams, extra }: Socket): string | undefined {
  // Any case, as with a header; a header of the handshake itself for clients that can set one.
  const given = Object.entries(connectionParams ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  return typeof given === 'string' ? given : extra.request.headers.authorization;
}

function noOperation(document: DocumentNode): GraphQLError {
  const several = document.definitions.length > 1;
  const message = several ? 'Name the operation to run in "operationName".' : 'The document holds no operation.';
  return asGraphQLError(new CodedError('OPERATION_RESOLUTION_FAILURE', message));
}

function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  return new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) });
}

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import cors from '@fastify/cors';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { App } from '../shared/app.js';
import { CodedError, type ErrorCode } from '../shared/coded-error.js';
import { trustOf } from './client-address.js';
import { boundConnections } from './connections.js';
import { type Asker, buildContext } from './context.js';
import { directHttp } from './direct-http.js';
import { type ExplorerTab, explorerPage } from './explorer.js';
import { serveFiles } from './files.js';
import { answerRequest, type Gates } from './graphql-http.js';
import { addOperations, endUnrouted } from './http-operations.js';
import { RequestLog } from './log.js';
import { type Page, servePage } from './page.js';
import { toPublicError } from './public-error.js';
import { bodyDoor, LARGE_BODY_BYTES } from './request-body.js';
import { EXPOSED_HEADERS, SECURITY_HEADERS } from './security-headers.js';
import { SmallBodies } from './small-body.js';

/** No limit for whole requests: that of `/graphql` stands at its body, and uploads have one of their own. */
const TIMES = { headersTimeout: 15_000, requestTimeout: 0, connectionsCheckingInterval: 5000 };
const KEEP_ALIVE_MS = 72_000;

/** The HTTP side: `/graphql`, `/health`, a page where there is one, and JSON with a code for everything that goes wrong. */
export async function createHttp(
  app: App,
  gates: Gates,
  explorer: { tabs?: () => Promise<ExplorerTab[]> },
): Promise<FastifyInstance> {
  const { config, log } = app;
  const bodies = new SmallBodies();
  const requests = new RequestLog(app);
  const http = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGE_BODY_BYTES,
    trustProxy: trustOf(config.trustProxy),
    genReqId: () => randomUUID(),
    serverFactory: (framework) => {
      const server = createServer(TIMES, directHttp(app, gates, { bodies, requests }, framework));
      boundConnections(app, server);
      server.on('connection', gates.turns.connected);
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      return server;
    },
    frameworkErrors(_error, request, reply) {
      refuse(reply, 400, 'BAD_REQUEST', 'This address cannot be read: the API is at /graphql.');
      endUnrouted(app, request, 'BAD_REQUEST');
    },
    // A socket that is kept alive would hold the shutdown; running requests still end.
    forceCloseConnections: 'idle',
  });
  if (config.corsOrigins.length > 0) {
    await http.register(cors, {
      origin: config.corsOrigins,
      methods: ['GET', 'POST'],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: 600,
    });
  }
  // Before the routes: each takes the handler that it finds.
  let page: Page | null = null;
  http.setNotFoundHandler((request, reply) =>
    page?.opens(request)
      ? page.sendIndex(request, reply)
      : refuse(reply, 404, 'NOT_FOUND', 'There is nothing here: the API is at /graphql.'),
  );
  http.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof CodedError) return refuseCoded(request, reply, error);
    const refusal = REFUSALS[error.statusCode ?? 500];
    if (refusal) return refuse(reply, error.statusCode ?? 500, ...refusal);
    return reply.code(500).send({ errors: [toPublicError(error, app)] });
  });
  http.decorateRequest('bodyBytes', 0);
  http.addHook('onRequest', async (request, reply) => {
    reply.headers(Object.fromEntries(SECURITY_HEADERS)).header('x-request-id', request.id);
  });
  http.addHook('onResponse', async (request, reply) => {
    requests.tell(request, reply.statusCode, reply.elapsedTime);
  });
  http.addHook('preHandler', (request) => gates.turns.next(request.ip, request.socket, request.bodyBytes));
  http.addHook('onClose', async () => {
    bodies.stop();
    requests.close();
  });

  http.get('/health', async () => ({ status: 'ok' }));
  addOperations(http, app);
  if (config.pageDir !== null) page = servePage(http, config.pageDir);

  await http.register(serveFiles(app, requests));
  http.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    preParsing: bodyDoor(app),
    async handler(request, reply) {
      if (!config.explorer || !wantsPage(request)) {
        const { method, url, headers, body } = request;
        const contextOf = () => buildContext(app, askerOf(request));
        const answer = await answerRequest(app, gates, { method, url, headers, body }, contextOf);
        request.outcome = answer.outcome;
        return reply.code(answer.status).headers(answer.headers).type(answer.type).send(answer.body);
      }
      reply.type('text/html; charset=utf-8').header('content-security-policy', EXPLORER_POLICY);
      return explorerPage(await explorer.tabs?.());
    },
  });
  http.route({
    method: http.supportedMethods.filter((method) => !['GET', 'HEAD', 'POST'].includes(method)),
    url: '/graphql',
    async handler(_request, reply) {
      reply.header('allow', 'GET, POST');
      return refuse(reply, 405, 'METHOD_NOT_ALLOWED', 'Send queries by POST or GET, mutations by POST.');
    },
  });
  return http;
}

function askerOf(request: FastifyRequest): Asker {
  const { id: requestId, ip: address, headers, bodyBytes } = request;
  const userAgent = headers['user-agent'] ?? null;
  return { requestId, address, authorization: headers.authorization, userAgent, bodyBytes };
}

/** The page is one file with its scripts in it; it talks to this server alone. */
const EXPLORER_POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' blob:; style-src 'unsafe-inline'; " +
  "img-src data:; font-src data:; worker-src blob:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'";

const REFUSALS: Record<number, [keyof typeof ErrorCode, string]> = {
  400: ['BAD_REQUEST', 'This request cannot be read: send a JSON object with "query" as its body.'],
  413: ['PAYLOAD_TOO_LARGE', 'This request is too large.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'],
};

const STATUSES: Partial<Record<keyof typeof ErrorCode, number>> = {
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  RATE_LIMITED: 429,
};

function refuseCoded(request: FastifyRequest, reply: FastifyReply, error: CodedError): FastifyReply {
  const { code, message, facts } = error;
  request.refusedWith = code;
  if (facts.retryAfterSeconds) reply.header('retry-after', facts.retryAfterSeconds);
  // What of a body has not come yet is not waited for.
  if (code === 'PAYLOAD_TOO_LARGE') reply.header('connection', 'close');
  // As Apollo answers a document that is not valid: plain application/json keeps 200.
  const ofDocument =
    code === 'QUERY_TOO_COMPLEX' && !request.headers.accept?.includes('application/graphql-response+json');
  return reply
    .code(ofDocument ? 200 : (STATUSES[code] ?? 400))
    .send({ errors: [{ message, extensions: { code, ...facts } }] });
}

function refuse(reply: FastifyReply, status: number, code: keyof typeof ErrorCode, message: string): FastifyReply {
  reply.request.refusedWith = code;
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}

function wantsPage({ method, headers, query }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html') && !(query as { query?: string }).query;
}

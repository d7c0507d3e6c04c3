import { randomUUID } from 'node:crypto';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { App } from '../shared/app.js';
import { CodedError, type ErrorCode } from '../shared/coded-error.js';
import type { Admit } from './admission.js';
import { startApollo } from './apollo.js';
import { trustOf } from './client-address.js';
import { type Asker, buildContext } from './context.js';
import { type ExplorerTab, explorerPage } from './explorer.js';
import { serveFiles } from './files.js';
import { parseWithinLimits } from './limits.js';
import { toPublicError } from './public-error.js';
import { bodyDoor, LARGE_BODY_BYTES } from './request-body.js';

const HEADERS_WITHIN_MS = 15_000;

/** The HTTP side: `/graphql`, `/health`, and JSON with a code for everything that goes wrong. */
export async function createHttp(
  app: App,
  schema: GraphQLSchema,
  admit: Admit,
  explorer: { tabs?: () => Promise<ExplorerTab[]> },
): Promise<FastifyInstance> {
  const { config, log } = app;
  const apollo = await startApollo(app, schema, admit);
  const http = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGE_BODY_BYTES,
    trustProxy: trustOf(config.trustProxy),
    genReqId: () => randomUUID(),
    // No limit for whole requests: that of `/graphql` stands at its body, and uploads have one of their own.
    http: { headersTimeout: HEADERS_WITHIN_MS, requestTimeout: 0, connectionsCheckingInterval: 5000 },
    frameworkErrors: (_error, _request, reply) =>
      void refuse(reply, 400, 'BAD_REQUEST', 'This address cannot be read: the API is at /graphql.'),
    // A socket that is kept alive would hold the shutdown; running requests still end.
    forceCloseConnections: 'idle',
  });
  await http.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false },
  });
  if (config.corsOrigins.length > 0) {
    await http.register(cors, {
      origin: config.corsOrigins,
      methods: ['GET', 'POST'],
      exposedHeaders: ['x-request-id', 'retry-after'],
      maxAge: 600,
    });
  }
  http.decorateRequest('bodyBytes', 0);
  http.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  http.addHook('onResponse', async (request, reply) => {
    // Without the query string: a GET query may carry variables that are nobody's business.
    const path = request.url.split('?', 1)[0];
    const facts = { requestId: request.id, method: request.method, path, status: reply.statusCode };
    log.info({ ...facts, ms: Math.round(reply.elapsedTime) }, 'request');
  });
  http.addHook('onClose', async () => apollo.stop());

  http.get('/health', async () => ({ status: 'ok' }));

  await http.register(serveFiles(app));

  const answer = fastifyApolloHandler(apollo, { context: async (request) => buildContext(app, askerOf(request)) });
  http.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    preParsing: bodyDoor(app),
    async handler(request, reply) {
      if (!config.explorer || !wantsPage(request)) {
        checkDocument(request);
        return answer.call(http, request, reply);
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
  http.setNotFoundHandler((_request, reply) =>
    refuse(reply, 404, 'NOT_FOUND', 'There is nothing here: the API is at /graphql.'),
  );
  http.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof CodedError) return refuseCoded(request, reply, error);
    const refusal = REFUSALS[error.statusCode ?? 500];
    if (refusal) return refuse(reply, error.statusCode ?? 500, ...refusal);
    return reply.code(500).send({ errors: [toPublicError(error, app)] });
  });
  return http;
}

function askerOf(request: FastifyRequest): Asker {
  const { id: requestId, ip: address, headers, bodyBytes } = request;
  const userAgent = headers['user-agent'] ?? null;
  return { requestId, address, authorization: headers.authorization, userAgent, bodyBytes };
}

/** Before Apollo parses it. What cannot be parsed is Apollo's to answer. @throws QUERY_TOO_COMPLEX */
function checkDocument({ method, body, query }: FastifyRequest): void {
  const source = ((method === 'GET' ? query : body) as { query?: unknown } | undefined)?.query;
  if (typeof source !== 'string' || accepted.has(source)) return;
  try {
    parseWithinLimits(source);
    accepted.set(source, true);
  } catch (error) {
    if (error instanceof CodedError) throw error;
  }
}

/** Texts that were found within the limits, so that a client's few documents are looked at once. */
const accepted = new LRUCache<string, true>({
  max: 2000,
  maxSize: 4_000_000,
  sizeCalculation: (_, text) => text.length,
});

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

function refuseCoded({ headers }: FastifyRequest, reply: FastifyReply, error: CodedError): FastifyReply {
  const { code, message, facts } = error;
  if (facts.retryAfterSeconds) reply.header('retry-after', facts.retryAfterSeconds);
  // What of a body has not come yet is not waited for.
  if (code === 'PAYLOAD_TOO_LARGE') reply.header('connection', 'close');
  // As Apollo answers a document that is not valid: plain application/json keeps 200.
  const ofDocument = code === 'QUERY_TOO_COMPLEX' && !headers.accept?.includes('application/graphql-response+json');
  return reply
    .code(ofDocument ? 200 : (STATUSES[code] ?? 400))
    .send({ errors: [{ message, extensions: { code, ...facts } }] });
}

function refuse(reply: FastifyReply, status: number, code: keyof typeof ErrorCode, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ message, extensions: { code } }] });
}

function wantsPage({ method, headers, query }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html') && !(query as { query?: string }).query;
}

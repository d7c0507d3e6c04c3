import { randomUUID } from 'node:crypto';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { App } from '../shared/app.js';
import type { ErrorCode } from '../shared/coded-error.js';
import type { RequestContext } from '../shared/request-context.js';
import { type Asker, buildContext, tokenFaultOf } from './context.js';
import { type ExplorerTab, explorerPage } from './explorer.js';
import { toPublicError } from './public-error.js';

/** A transcript of 5 MB, escaped as a JSON string, and its query. */
const MAX_BODY_BYTES = 12 * 1024 * 1024;

/** The HTTP side: `/graphql`, `/health`, and JSON with a code for everything that goes wrong. */
export async function createHttp(
  app: App,
  schema: GraphQLSchema,
  explorer: { tabs?: () => Promise<ExplorerTab[]> },
): Promise<FastifyInstance> {
  const { config, log } = app;
  const apollo = new ApolloServer<RequestContext>({
    schema,
    introspection: config.introspection,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    formatError: (_formatted, error) => toPublicError(error, log),
    plugins: [refuseInvalidTokens],
    logger: log,
  });
  await apollo.start();

  const http = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    trustProxy: trusted(config.trustProxy),
    genReqId: () => randomUUID(),
    // A socket that is kept alive would hold the shutdown; running requests still end.
    forceCloseConnections: 'idle',
  });
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

  const answer = fastifyApolloHandler(apollo, { context: async (request) => buildContext(app, askerOf(request)) });
  http.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    async handler(request, reply) {
      if (config.explorer && wantsPage(request)) {
        reply.type('text/html; charset=utf-8');
        return explorerPage(await explorer.tabs?.());
      }
      return answer.call(http, request, reply);
    },
  });
  http.route({
    method: http.supportedMethods.filter((method) => !['GET', 'HEAD', 'POST'].includes(method)),
    url: '/graphql',
    handler: async (_request, reply) =>
      refuse(
        reply.code(405).header('allow', 'GET, POST'),
        'METHOD_NOT_ALLOWED',
        'Send queries by POST or GET, mutations by POST.',
      ),
  });
  http.setNotFoundHandler((_request, reply) =>
    refuse(reply.code(404), 'NOT_FOUND', 'There is nothing here: the API is at /graphql.'),
  );
  http.setErrorHandler<FastifyError>((error, _request, reply) => {
    const refusal = REFUSALS[error.statusCode ?? 500];
    if (refusal) return refuse(reply.code(error.statusCode ?? 500), ...refusal);
    return reply.code(500).send({ errors: [toPublicError(error, log)] });
  });
  return http;
}

export function askerOf(request: FastifyRequest): Asker {
  return { requestId: request.id, address: request.ip, authorization: request.headers.authorization };
}

const REFUSALS: Record<number, [keyof typeof ErrorCode, string]> = {
  400: ['BAD_REQUEST', 'This request cannot be read: send a JSON object with "query" as its body.'],
  413: ['PAYLOAD_TOO_LARGE', 'This request is too large.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'],
};

function refuse<R>(reply: { send(body: object): R }, code: keyof typeof ErrorCode, message: string): R {
  return reply.send({ errors: [{ message, extensions: { code } }] });
}

/** A number of proxies, as the rule that Fastify takes: the so many nearest hops are believed. */
function trusted(proxies: App['config']['trustProxy']) {
  return typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : proxies;
}

function wantsPage({ method, headers, query }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html') && !(query as { query?: string }).query;
}

const refuseInvalidTokens: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ contextValue, document, operation, request }) {
        const fault = operation && tokenFaultOf(contextValue, document, operation);
        if (!fault) return;
        // The GraphQL-over-HTTP specification keeps 200 for clients that ask for plain application/json.
        const modern = request.http?.headers.get('accept')?.includes('application/graphql-response+json');
        const extensions = { http: { status: modern ? 401 : 200 } };
        throw new GraphQLError(fault.message, { originalError: fault, extensions });
      },
    };
  },
};

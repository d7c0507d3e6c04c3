import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../shared/app.js';
import type { ErrorCode } from '../shared/coded-error.js';
import { METRICS_TYPE } from '../shared/metrics.js';
import { addressReader } from './client-address.js';
import type { Outcome } from './graphql-http.js';
import { databaseAnswers } from './health.js';
import { endRequest } from './operation-end.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What ran of an operation, where one came with it. */
    outcome: Outcome | null;
    /** What the request was refused with before it was an operation. */
    refusedWith: keyof typeof ErrorCode | null;
  }
}

/** What an operator needs of the main port: `/ready`, `/metrics` by token, and a trace of each refused request. */
export function addOperations(http: FastifyInstance, app: App): void {
  http.decorateRequest('outcome', null);
  http.decorateRequest('refusedWith', null);
  http.addHook('onResponse', async (request, reply) => {
    const code = request.outcome?.code ?? refusalOf(request, reply);
    if (!code) return;
    const { operation = null, viewer = null } = request.outcome ?? {};
    endRequest(app, { requestId: request.id, address: request.ip, viewer }, 'http', {
      operation,
      code,
      ms: reply.elapsedTime,
    });
  });
  http.get('/ready', async (_request, reply) => {
    const notReady = await whatIsNotReady(app);
    if (notReady.length === 0) return { status: 'ready' };
    const message = `Not ready: ${notReady.join(', ')}. Send requests elsewhere until it is.`;
    return reply.code(503).send({ errors: [{ message, extensions: { code: 'NOT_READY', notReady } }] });
  });
  const { token } = app.config.metrics;
  if (token === null) return;
  http.get('/metrics', async (request, reply) => {
    if (bears(request.headers.authorization, token)) return reply.type(METRICS_TYPE).send(await app.metrics.scrape());
    request.refusedWith = 'UNAUTHENTICATED';
    const message = 'Send METRICS_TOKEN as "Authorization: Bearer <token>".';
    reply.code(401).header('www-authenticate', 'Bearer');
    return reply.send({ errors: [{ message, extensions: { code: 'UNAUTHENTICATED' } }] });
  });
}

/** Counts a request that Fastify refuses before it has a route: no hook sees it, nor is its address a client's yet. */
export function endUnrouted(app: App, { id: requestId, raw }: FastifyRequest, code: keyof typeof ErrorCode): void {
  const asker = { requestId, address: addressReader(app.config.trustProxy)(raw), viewer: null };
  endRequest(app, asker, 'http', { operation: null, code, ms: 0 });
}

async function whatIsNotReady(app: App): Promise<string[]> {
  const notReady = [];
  if (app.isLeaving) notReady.push('draining');
  if (!(await databaseAnswers(app))) notReady.push('database');
  return notReady;
}

/** Compared by digests: in a time that says nothing of the token, nor of its length. */
function bears(authorization: string | undefined, token: string): boolean {
  const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** What a request was refused with that has not become an operation. */
function refusalOf(request: FastifyRequest, { statusCode }: FastifyReply): keyof typeof ErrorCode | null {
  if (request.routeOptions.url === '/ready') return null;
  if (request.refusedWith) return request.refusedWith;
  if (statusCode < 400) return null;
  return BY_STATUS[statusCode] ?? (statusCode < 500 ? 'BAD_REQUEST' : 'INTERNAL_SERVER_ERROR');
}

const BY_STATUS: Record<number, keyof typeof ErrorCode> = {
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
};

import type { IncomingHttpHeaders } from 'node:http';
import { execute, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { App } from '../shared/app.js';
import { CodedError, type ErrorCode } from '../shared/coded-error.js';
import type { OutcomeCode } from '../shared/metrics.js';
import type { RequestContext, Viewer } from '../shared/request-context.js';
import type { Admission } from './admission.js';
import type { ClientTurns } from './client-turns.js';
import { type Documents, InvalidDocument, type Operation } from './documents.js';
import { refuseForged } from './forgery.js';
import { codeOf, type OperationFacts } from './operation-end.js';
import type { PersistedDocuments, SentDocument } from './persisted.js';
import type { Plan } from './plan/plan.js';
import { Unplanned } from './plan/unplanned.js';
import { boundErrors, toPublicError } from './public-error.js';

/** A request for an operation, from whichever handler has read it. */
export interface OperationRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  /** The JSON of the body. */
  body: unknown;
}

export interface OperationAnswer {
  status: number;
  type: string;
  body: string;
  headers: Record<string, string>;
  outcome: Outcome;
  /** Set when a plan gave it. */
  planned?: Planned;
}

/** What a plan gave an answer to. */
export interface Planned {
  operation: Operation;
  variables: Variables;
  plan: Plan;
}

/** For who counts: what ran for whom, and how it ended. */
export interface Outcome {
  operation: OperationFacts | null;
  viewer: Viewer | null;
  code: OutcomeCode;
}

type Variables = Record<string, unknown> | null;

/** An operation as it was sent. */
export interface Params extends SentDocument {
  operationName?: string | null | undefined;
  variables?: Variables | undefined;
}

export type MediaType = 'application/json' | 'application/graphql-response+json';

/** What every GraphQL over HTTP answer is made with. */
export interface Gates {
  schema: GraphQLSchema;
  documents: Documents;
  persisted: PersistedDocuments;
  admission: Admission;
  turns: ClientTurns;
}

/** The header by which a client asks for `extensions.cost`. */
export const COST_HEADER = 'x-query-cost';

/** Answers a request for an operation by the GraphQL over HTTP specification. Never throws. */
export async function answerRequest(
  app: App,
  gates: Gates,
  request: OperationRequest,
  contextOf: () => Promise<RequestContext>,
): Promise<OperationAnswer> {
  const accepted = acceptedType(request.headers.accept);
  if (!accepted) return notAcceptable();
  try {
    refuseForged(request, app.config.corsOrigins);
    const params = readParams(request);
    return await answerOperation(app, gates, { ...request, accepted, params }, contextOf);
  } catch (error) {
    return refusalOf(app, error, accepted);
  }
}

/**
 * Answers an operation: by a plan where there is one, else executed by graphql-js, to the same letter. Never throws:
 * whatever goes wrong has a status, a code and a JSON body.
 */
export async function answerOperation(
  app: App,
  gates: Gates,
  request: Pick<OperationRequest, 'method' | 'headers'> & { accepted: MediaType; params: Params },
  contextOf: () => Promise<RequestContext>,
): Promise<OperationAnswer> {
  const { accepted, params, headers } = request;
  const { documents, persisted, admission } = gates;
  const outcome: Outcome = { operation: null, viewer: null, code: 'OK' };
  try {
    const operation = documents.prepare(persisted.textOf(params)).operation(params.operationName);
    outcome.operation = operation.facts;
    refuseMethod(request, operation);
    const ctx = await contextOf();
    outcome.viewer = ctx.viewer;
    const variables = params.variables ?? null;
    const cost = await admission.admit(ctx, operation, variables);
    if (headers[COST_HEADER] === undefined) {
      const planned = await runPlan(ctx, operation, variables);
      if (planned) {
        const body = `{"data":${planned.data}}`;
        const by = { operation, variables, plan: planned.plan };
        return { status: 200, type: typeOf(accepted), body, headers: NO_STORE, outcome, planned: by };
      }
    }
    const result = await execute({
      schema: gates.schema,
      document: operation.document,
      operationName: params.operationName ?? null,
      variableValues: variables,
      contextValue: ctx,
    });
    const { data, errors } = result;
    const shown = errors && boundErrors(errors).map((error) => toPublicError(error, app));
    const extensions = headers[COST_HEADER] && { cost: await admission.describe(ctx, cost) };
    const whole = {
      ...(shown && { errors: shown }),
      ...('data' in result && { data }),
      ...(extensions && { extensions }),
    };
    // Variables that do not fit are found by the execution, before it has begun.
    const status = 'data' in result || accepted === 'application/json' ? 200 : 400;
    outcome.code = codeOf(shown);
    return { status, type: typeOf(accepted), body: JSON.stringify(whole), headers: NO_STORE, outcome };
  } catch (error) {
    return refusalOf(app, error, accepted, outcome);
  }
}

/** What the operation's plan gives; null without one, and when it failed: the execution then says what is wrong. */
async function runPlan(
  ctx: RequestContext,
  operation: Operation,
  given: Variables,
): Promise<{ data: string; plan: Plan } | null> {
  const found = ctx.plans ? operation.findPlan?.(given ?? {}) : null;
  if (!found) return null;
  const { plan, variables } = found;
  try {
    const data = plan.run(ctx, variables);
    return { data: typeof data === 'string' ? data : await data, plan };
  } catch (error) {
    if (!(error instanceof Unplanned || error instanceof CodedError)) ctx.log.warn({ err: error }, 'a plan failed');
    return null;
  }
}

/** @throws BAD_REQUEST for what is no operation */
function readParams({ method, url, body }: OperationRequest): Params {
  if (method === 'POST') return checkParams(body);
  const search = new URLSearchParams(url.split('?', 2)[1]);
  const json = (name: string) => parseJson(search.get(name) || 'null', name);
  return checkParams({
    query: search.get('query'),
    operationName: search.get('operationName') || null,
    variables: json('variables'),
    extensions: json('extensions'),
  });
}

/** The body of a request as JSON. @throws BAD_REQUEST */
export function parseJson(text: string, what = 'body'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new CodedError('BAD_REQUEST', `The ${what} is no JSON.`);
  }
}

/** @throws BAD_REQUEST */
export function checkParams(sent: unknown): Params {
  const { query, operationName, variables, extensions } = Object(sent) as Record<keyof Params, unknown>;
  const hasDocument = typeof query === 'string' && query !== '';
  if (!hasDocument && (query || !isRecord(extensions))) throw notAnOperation('query', 'the text of a document');
  if (operationName != null && typeof operationName !== 'string') throw notAnOperation('operationName', 'a string');
  if (variables != null && !isRecord(variables)) throw notAnOperation('variables', 'an object');
  if (extensions != null && !isRecord(extensions)) throw notAnOperation('extensions', 'an object');
  return { query, operationName, variables, extensions } as Params;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notAnOperation(name: string, what: string): CodedError {
  return new CodedError('BAD_REQUEST', `Send a JSON object as the body, whose "${name}" is ${what}.`);
}

function refuseMethod({ method }: Pick<OperationRequest, 'method'>, { node }: Operation): void {
  if (node.operation === 'subscription') {
    throw new CodedError('BAD_REQUEST', 'Send subscriptions over WebSocket, by the graphql-transport-ws protocol.');
  }
  if (node.operation === 'mutation' && method === 'GET') {
    throw new CodedError('METHOD_NOT_ALLOWED', 'Send mutations by POST.');
  }
}

export const NO_STORE = { 'cache-control': 'no-store' };

/** The answer for what was thrown before anything of the operation ran. */
export function refusalOf(
  app: App,
  error: unknown,
  accepted: MediaType,
  of: Pick<Outcome, 'operation' | 'viewer'> = NOTHING,
): OperationAnswer {
  if (error instanceof InvalidDocument) {
    const errors = boundErrors(error.errors).map((each) => toPublicError(each, app));
    return refused(accepted, accepted === 'application/json' ? 200 : 400, errors, of);
  }
  const shown = toPublicError(error, app);
  const code = shown.extensions?.code as keyof typeof ErrorCode;
  // The document was refused, the request was not: plain application/json keeps 200 for that
  // (GraphQL over HTTP, 6.4.1).
  const status = OF_REQUEST[code] ?? (accepted === 'application/json' ? 200 : (OF_OPERATION[code] ?? 400));
  const answer = refused(accepted, status, [shown], of);
  if (code === 'METHOD_NOT_ALLOWED') answer.headers.allow = 'POST';
  const { retryAfterSeconds } = (shown.extensions ?? {}) as { retryAfterSeconds?: number };
  if (retryAfterSeconds) answer.headers['retry-after'] = String(retryAfterSeconds);
  return answer;
}

const OF_REQUEST: Partial<Record<keyof typeof ErrorCode, number>> = {
  BAD_REQUEST: 400,
  METHOD_NOT_ALLOWED: 405,
  UNSUPPORTED_MEDIA_TYPE: 415,
  INTERNAL_SERVER_ERROR: 500,
};

const OF_OPERATION: Partial<Record<keyof typeof ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  DOCUMENT_NOT_TRUSTED: 403,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
};

const NOTHING = { operation: null, viewer: null };

function refused(
  accepted: MediaType,
  status: number,
  errors: readonly GraphQLFormattedError[],
  of: Pick<Outcome, 'operation' | 'viewer'> = NOTHING,
): OperationAnswer {
  const outcome = { ...of, code: codeOf(errors) };
  return { status, type: typeOf(accepted), body: JSON.stringify({ errors }), headers: { ...NO_STORE }, outcome };
}

/** 406, for a client that takes none of our media types. */
export function notAcceptable(): OperationAnswer {
  const message = 'Accept application/graphql-response+json or application/json, in UTF-8.';
  const extensions = { code: 'BAD_REQUEST' satisfies keyof typeof ErrorCode };
  return refused('application/json', 406, [{ message, extensions }]);
}

/** What clients send is mostly one of a few texts. */
const accepts = new LRUCache<string, { type: MediaType | null }>({ max: 100 });

/** The media type that answers are sent as; null when the client takes none of ours. */
export function acceptedType(accept: string | undefined): MediaType | null {
  if (accept === undefined || accept === '*/*' || accept === '') return 'application/json';
  let known = accepts.get(accept);
  if (!known) {
    known = { type: readAccept(accept) };
    accepts.set(accept, known);
  }
  return known.type;
}

function readAccept(accept: string): MediaType | null {
  for (const each of accept.replace(/\s/g, '').toLowerCase().split(',')) {
    const [type, ...params] = each.split(';');
    const charset = params.find((param) => param.startsWith('charset='));
    if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) continue;
    if (type === 'application/graphql-response+json') return type;
    if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'application/json';
  }
  return null;
}

export function typeOf(accepted: MediaType): string {
  return `${accepted}; charset=utf-8`;
}

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { App } from '../shared/app.js';
import type { RequestContext } from '../shared/request-context.js';
import { addressReader } from './client-address.js';
import { tooManyWaiting } from './client-turns.js';
import { type Asker, buildContext } from './context.js';
import {
  acceptedType,
  answerOperation,
  COST_HEADER,
  checkParams,
  type Gates,
  type MediaType,
  NO_STORE,
  notAcceptable,
  type OperationAnswer,
  parseJson,
  refusalOf,
  typeOf,
} from './graphql-http.js';
import type { RequestLog } from './log.js';
import { endRequest } from './operation-end.js';
import { Outbox } from './outbox.js';
import { Pipelining } from './pipelining.js';
import { SMALL_BODY_BYTES } from './request-body.js';
import { type KeptAnswer, ResponseCache } from './response-cache.js';
import { corsHeaders, SECURITY_HEADERS } from './security-headers.js';
import type { SmallBodies } from './small-body.js';

/** An answer to be written: as text, or as the bytes that were kept. */
type Written = Omit<OperationAnswer, 'body' | 'planned'> & { body: string | Buffer };

type ContextOf = () => Promise<RequestContext>;

/**
 * Answers what nearly all clients send, an operation by POST as JSON of a known and modest length, without the
 * framework, which would cost as much as the answer itself. Everything else is the framework's.
 */
export function directHttp(
  app: App,
  gates: Gates,
  { bodies, requests }: { bodies: SmallBodies; requests: RequestLog },
  framework: RequestListener,
): RequestListener {
  const addressOf = addressReader(app.config.trustProxy);
  const cache = new ResponseCache(app);
  const outbox = new Outbox();
  const pipelining = new Pipelining((request) => {
    const asker = { requestId: randomUUID(), address: addressOf(request), viewer: null };
    endRequest(app, asker, 'http', { operation: null, code: 'RATE_LIMITED', ms: 0 });
  });

  async function answer(request: IncomingMessage, body: string, contextOf: ContextOf): Promise<Written> {
    const { headers } = request;
    const accepted = acceptedType(headers.accept);
    if (!accepted) return notAcceptable();
    const isPublic = headers.authorization === undefined && headers[COST_HEADER] === undefined;
    if (!isPublic) return answerText(request, body, accepted, contextOf);
    const asked = cache.moment();
    // Waited for only where it is not known at once: that would be a turn more.
    const moment = asked instanceof Promise ? await asked : asked;
    const kept = cache.get(body, moment);
    if (kept) return answerKept(kept, accepted, contextOf);
    const made = await answerText(request, body, accepted, contextOf);
    if (made.planned && moment) {
      cache.keep(body, Buffer.from(made.body), made.planned, moment);
    }
    return made;
  }

  async function answerText(
    { headers }: IncomingMessage,
    body: string,
    accepted: MediaType,
    contextOf: ContextOf,
  ): Promise<OperationAnswer> {
    try {
      const params = checkParams(parseJson(body));
      return await answerOperation(app, gates, { method: 'POST', headers, accepted, params }, contextOf);
    } catch (error) {
      return refusalOf(app, error, accepted);
    }
  }

  async function answerKept(kept: KeptAnswer, accepted: MediaType, contextOf: ContextOf): Promise<Written> {
    const of = { operation: kept.operation.facts, viewer: null };
    try {
      await gates.admission.admit(await contextOf(), kept.operation, null);
      return {
        status: 200,
        type: typeOf(accepted),
        body: kept.body,
        headers: NO_STORE,
        outcome: { ...of, code: 'OK' },
      };
    } catch (error) {
      return refusalOf(app, error, accepted, of);
    }
  }

  return (request, response) => {
    if (!pipelining.begin(request, response)) return;
    if (!isDirect(request)) return framework(request, response);
    const begun = performance.now();
    const { headers } = request;
    bodies.read(request, response, Number(headers['content-length']), (body) => {
      const asker: Asker = {
        requestId: randomUUID(),
        address: addressOf(request),
        authorization: headers.authorization,
        userAgent: headers['user-agent'] ?? null,
        bodyBytes: body.length,
      };
      const begin = async () => {
        // Its client may have left while it waited for its turn.
        if (!response.destroyed) end(await answer(request, body.toString(), () => buildContext(app, asker)), asker);
      };
      if (gates.turns.enter(asker.address, request.socket, body.length, begin)) return;
      end(refusalOf(app, tooManyWaiting(), acceptedType(headers.accept) ?? 'application/json'), asker);
    });

    function end(made: Written, { requestId, address }: Asker): void {
      const { status, body } = made;
      outbox.add({
        response,
        status,
        headers: headersOf(made, requestId, corsHeaders(app.config, headers.origin)),
        body,
      });
      const ms = performance.now() - begun;
      const { operation, viewer, code } = made.outcome;
      endRequest(app, { requestId, address, viewer }, 'http', { operation, code, ms });
      requests.tell({ id: requestId, method: 'POST', url: '/graphql' }, status, ms);
    }
  };
}

const JSON_TYPES = new Set(['application/json', 'application/json; charset=utf-8', 'application/json;charset=utf-8']);

function isDirect({ method, url, headers, socket }: IncomingMessage): boolean {
  if (method !== 'POST' || url !== '/graphql' || !JSON_TYPES.has(headers['content-type'] ?? '')) return false;
  if (headers['content-encoding'] !== undefined || headers.expect !== undefined) return false;
  const length = Number(headers['content-length']);
  // A server that is being closed refuses in the framework's way.
  return (
    length > 0 &&
    length <= SMALL_BODY_BYTES &&
    (socket as { server?: { listening?: boolean } }).server?.listening === true
  );
}

const BASE_HEADERS = SECURITY_HEADERS.flat();

/** As one list: an object of headers would be copied, and each name looked up. */
function headersOf({ type, body, headers }: Written, id: string, cors: ReturnType<typeof corsHeaders>): string[] {
  const length = String(Buffer.byteLength(body));
  const lines = [...BASE_HEADERS, 'content-type', type, 'content-length', length, 'x-request-id', id];
  for (const name in headers) lines.push(name, headers[name] as string);
  for (const [name, value] of cors) lines.push(name, value);
  return lines;
}

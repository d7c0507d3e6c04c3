import type { IncomingHttpHeaders } from 'node:http';
import { CodedError } from '../shared/coded-error.js';

/** A page of another site can send none of these without asking first, so that their presence is proof enough. */
const PROOFS = ['x-apollo-operation-name', 'apollo-require-preflight', 'authorization'];
/** What a page can send without asking; no media type is that of a GET. */
const SIMPLE_TYPES = ['', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];

interface Request {
  method: string;
  headers: IncomingHttpHeaders;
}

/**
 * Refuses what another site's page could send in a visitor's name (CSRF).
 * @param origins those whose pages may call us
 * @throws BAD_REQUEST
 */
export function refuseForged({ method, headers }: Request, origins: readonly string[]): void {
  const [type = ''] = (headers['content-type'] ?? '').split(';', 1);
  if (!SIMPLE_TYPES.includes(type.trim().toLowerCase()) || PROOFS.some((name) => headers[name])) return;
  if (method === 'GET' && isOfClient(headers) && !mayBeForeign(headers, origins)) return;
  const message =
    'This request could be forged by another site (CSRF): send the body as application/json, or the header ' +
    '"apollo-require-preflight: true".';
  throw new CodedError('BAD_REQUEST', message);
}

/** Clients that query by GET, as urql does unless told otherwise, name the media type; links, images and forms cannot. */
function isOfClient({ accept = '' }: IncomingHttpHeaders): boolean {
  return accept.includes('application/graphql-response+json');
}

/** Scripts can name it, and then their browser says whose they are; one that does not, over plain HTTP, may be anyone's. */
function mayBeForeign(headers: IncomingHttpHeaders, origins: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site, 'user-agent': agent = '' } = headers;
  if (origin !== undefined && origins.includes(origin)) return false;
  if (site !== undefined) return site !== 'same-origin';
  return origin !== undefined || agent.startsWith('Mozilla/');
}

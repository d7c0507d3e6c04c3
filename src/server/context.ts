import { findViewer } from '../accounts/account.queries.js';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import type { RequestContext } from '../shared/request-context.js';

/** What a transport knows of who asks. */
export interface Asker {
  requestId: string;
  address: string;
  /** The `Authorization` header, or the same field of a socket's `connectionParams`. */
  authorization: string | undefined;
  userAgent: string | null;
  /** Of the request as it came. */
  bodyBytes: number;
}

/** The context of one operation: the one function for HTTP and WebSocket. */
export async function buildContext(app: App, asker: Asker): Promise<RequestContext> {
  // The server's parts are behind it and not copied: a context lives as long as the subscription that it is of.
  const ctx = Object.create(app) as RequestContext;
  ctx.startedAt = app.clock.monotonic();
  ctx.ended = false;
  ctx.requestId = asker.requestId;
  ctx.address = asker.address;
  ctx.userAgent = asker.userAgent;
  ctx.bodyBytes = asker.bodyBytes;
  const { viewer, tokenFault } = await identify(app, asker.authorization);
  ctx.viewer = viewer;
  ctx.tokenFault = tokenFault;
  return ctx;
}

/** Who sent this header: nobody when it is absent, a fault when it holds no valid token. */
export async function identify(app: App, authorization: string | undefined) {
  if (authorization === undefined || authorization.trim() === '') return NOBODY;
  const token = /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1];
  const viewer = token ? await findViewer(app, token) : null;
  return { viewer, tokenFault: viewer ? null : invalidToken() };
}

const NOBODY = { viewer: null, tokenFault: null };

function invalidToken(): CodedError {
  return new CodedError(
    'UNAUTHENTICATED',
    'The access token is not valid or has expired: get a new one with refreshSession or login.',
  );
}

const WITHOUT_TOKEN = new Set(['health', 'register', 'login', 'refreshSession', '__typename']);

/**
 * The fault of a token that is not valid, unless the operation needs none: a client whose token has expired must
 * still reach what gives it a new one.
 */
export function tokenFaultOf({ tokenFault }: RequestContext, roots: readonly string[]): CodedError | null {
  return roots.every((name) => WITHOUT_TOKEN.has(name)) ? null : tokenFault;
}

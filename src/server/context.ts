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
  const { authorization, ...facts } = asker;
  const startedAt = app.clock.monotonic();
  // The server's parts are behind it and not copied: a context lives as long as the subscription that it is of.
  return Object.assign(Object.create(app) as App, facts, await identify(app, authorization), {
    startedAt,
    ended: false,
  });
}

/** Who sent this header: nobody when it is absent, a fault when it holds no valid token. */
export async function identify(app: App, authorization: string | undefined) {
  if (authorization === undefined || authorization.trim() === '') return { viewer: null, tokenFault: null };
  const token = /^Bearer +(\S+)$/i.exec(authorization.trim())?.[1];
  const viewer = token ? await findViewer(app, token) : null;
  return { viewer, tokenFault: viewer ? null : invalidToken() };
}

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

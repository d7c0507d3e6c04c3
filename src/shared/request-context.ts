import type { App } from './app.js';
import { CodedError } from './coded-error.js';

export type RoleName = 'STUDENT' | 'INSTRUCTOR' | 'ADMIN';

/** Who asks: an active account whose session has not ended, read from the database for this very operation. */
export interface Viewer {
  id: number;
  role: RoleName;
  sessionId: number;
}

/** One operation: the server's parts and who asks. Built in one place for HTTP and WebSocket. */
export interface RequestContext extends App {
  requestId: string;
  viewer: Viewer | null;
  /** Set when a token was sent that is not valid: the operation is refused with it, unless it needs no token. */
  tokenFault: CodedError | null;
  /** The client's address, as far as TRUST_PROXY lets it be believed. */
  address: string;
  /** What the client says it is. */
  userAgent: string | null;
  /** How large the request was that brought the operation. */
  bodyBytes: number;
  /** When it came, by the monotonic clock. */
  startedAt: number;
  /** Whether it has been counted. */
  ended: boolean;
}

/** The signed-in viewer, or `UNAUTHENTICATED`. */
export function requireViewer(ctx: RequestContext): Viewer {
  if (ctx.viewer) return ctx.viewer;
  throw (
    ctx.tokenFault ??
    new CodedError('UNAUTHENTICATED', 'Sign in first: send the access token as "Authorization: Bearer <token>".')
  );
}

export function isAdmin(viewer: Viewer | null): boolean {
  return viewer?.role === 'ADMIN';
}

/** The viewer, who must be an administrator: `UNAUTHENTICATED` or `FORBIDDEN` otherwise. */
export function requireAdmin(ctx: RequestContext): Viewer {
  const viewer = requireViewer(ctx);
  if (viewer.role !== 'ADMIN') throw new CodedError('FORBIDDEN', 'Only an administrator may do this.');
  return viewer;
}

import { type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode } from 'graphql';
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
}

/** The context of one operation: the one function for HTTP and WebSocket. */
export async function buildContext(app: App, asker: Asker): Promise<RequestContext> {
  const { viewer, tokenFault } = await identify(app, asker.authorization);
  return { ...app, requestId: asker.requestId, address: asker.address, viewer, tokenFault };
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
export function tokenFaultOf(
  ctx: RequestContext,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CodedError | null {
  if (!ctx.tokenFault) return null;
  return rootFields(document, operation).every((name) => WITHOUT_TOKEN.has(name)) ? null : ctx.tokenFault;
}

function rootFields(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const fragments = new Map(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const visit = ({ selectionSet }: Pick<OperationDefinitionNode, 'selectionSet'>) => {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else {
        const next = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (next && !seen.has(next)) {
          seen.add(next);
          visit(next);
        }
      }
    }
  };
  visit(operation);
  return [...names];
}

import { ApolloLink, Observable } from '@apollo/client';
import { type FieldNode, Kind, OperationTypeNode, print } from 'graphql';
import {
  type Lectern,
  LecternError,
  NoPosition,
  type Payload,
  type Position,
  type Result,
  TextPosition,
} from '../index.js';

/**
 * The one link of an Apollo Client: queries and mutations over HTTP, as whoever is signed in at `lectern`; subscriptions
 * over its socket. What a lost connection has interrupted goes on where it was: an answer at the length of the text that
 * has come, when the operation passes a variable as `after`, and else from its beginning, without what has come already.
 * Understands `headers` of an operation's context, and what Apollo's links for persisted queries say.
 */
export function lecternLink({ transport }: Pick<Lectern, 'transport'>): ApolloLink {
  return new ApolloLink(
    (operation) =>
      new Observable((observer) => {
        const next = (result: Result) => observer.next(result as ApolloLink.Result);
        const error = (thrown: unknown) => {
          // A refusal is a result, whose errors Apollo shows as it shows all of the API's.
          if (!(thrown instanceof LecternError) || thrown.code === 'UNREACHABLE') return observer.error(thrown);
          const { code, message } = thrown;
          next({ data: null, errors: thrown.errors.length > 0 ? thrown.errors : [{ message, extensions: { code } }] });
          observer.complete();
        };
        const payload = payloadOf(operation);
        if (operation.operationType === OperationTypeNode.SUBSCRIPTION) {
          return transport.follow(payload, positionOf(operation), { next, error, complete: () => observer.complete() });
        }
        const controller = new AbortController();
        transport
          .send(payload, { headers: operation.getContext().headers, signal: controller.signal })
          .then((result) => {
            next(result);
            observer.complete();
          }, error);
        return () => controller.abort();
      }),
  );
}

function payloadOf({ query, operationName, variables, extensions, getContext }: ApolloLink.Operation): Payload {
  const { includeQuery = true } = getContext().http ?? {};
  return {
    ...(includeQuery && { query: print(query) }),
    operationName,
    variables,
    ...(Object.keys(extensions).length > 0 && { extensions }),
  };
}

function positionOf({ query, operationName, variables }: ApolloLink.Operation): Position {
  const fields = query.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
    if (operationName && definition.name?.value !== operationName) return [];
    return definition.selectionSet.selections.filter((each): each is FieldNode => each.kind === Kind.FIELD);
  });
  const text = fields.find(({ name }) => name.value === 'askTutorStream' || name.value === 'tutorTokens');
  if (!text) return new NoPosition(variables);
  const after = text.arguments?.find(({ name }) => name.value === 'after')?.value;
  const field = (text.alias ?? text.name).value;
  return new TextPosition(variables, field, after?.kind === Kind.VARIABLE ? after.name.value : null);
}

import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { CodedError } from '../shared/coded-error.js';

/**
 * The only mask between what went wrong and what a client reads, for HTTP and WebSocket alike.
 * A `CodedError` is shown with its code and facts; GraphQL's own refusals (syntax, validation, variables) keep their
 * text; everything else is logged with an id and shown as INTERNAL_SERVER_ERROR with that id alone.
 */
export function toPublicError(error: unknown, log: Logger): GraphQLFormattedError {
  const located = error instanceof GraphQLError ? error : null;
  const cause = causeOf(error);
  const place = {
    ...(located?.locations && { locations: located.locations }),
    ...(located?.path && { path: located.path }),
  };
  if (cause instanceof CodedError) {
    return { message: cause.message, ...place, extensions: { code: cause.code, ...cause.facts } };
  }
  if (located && isRefusal(located, cause)) {
    return { message: located.message, ...place, extensions: { code: refusalCode(located) } };
  }
  const errorId = randomUUID();
  log.error({ err: cause ?? error, errorId, path: located?.path }, 'unexpected error');
  return {
    message: `Something went wrong on the server. Report it with this id: ${errorId}`,
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
  };
}

function causeOf(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  return error.originalError ? causeOf(error.originalError) : undefined;
}

/** GraphQL refuses a document before it runs it, so without a path; an error that carries one comes from our code. */
function isRefusal(error: GraphQLError, cause: unknown): boolean {
  return cause === undefined && error.path === undefined && error.extensions.code !== 'INTERNAL_SERVER_ERROR';
}

function refusalCode(error: GraphQLError): unknown {
  if (error.extensions.code) return error.extensions.code;
  if (error.message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  return error.message.startsWith('Variable "$') ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED';
}

import { randomUUID } from 'node:crypto';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';

const MOST_ERRORS = 20;
const LONGEST_MESSAGE = 500;

/**
 * The only mask between what went wrong and what a client reads, for HTTP and WebSocket alike.
 * A `CodedError` is shown with its code and facts; GraphQL's own refusals (syntax, validation, variables) keep their
 * text; everything else is logged with an id and shown as INTERNAL_SERVER_ERROR with that id alone.
 */
export function toPublicError(error: unknown, { log, config }: Pick<App, 'log' | 'config'>): GraphQLFormattedError {
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
    const message = refusalText(located.message, config.introspection);
    return { message, ...place, extensions: { code: refusalCode(located) } };
  }
  const errorId = randomUUID();
  log.error({ err: cause ?? error, errorId, path: located?.path }, 'unexpected error');
  return {
    message: `Something went wrong on the server. Report it with this id: ${errorId}`,
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', errorId },
  };
}

/** At most twenty errors: a document with a fault in each of its fields is answered no longer than another. */
export function boundErrors<E>(errors: readonly E[]): readonly E[] {
  return errors.slice(0, MOST_ERRORS);
}

function causeOf(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  return error.originalError ? causeOf(error.originalError) : undefined;
}

/**
 * GraphQL refuses a document before it runs it, so without a path; an error that carries one comes from our code, but
 * for an argument that a variable made null.
 */
function isRefusal(error: GraphQLError, cause: unknown): boolean {
  if (cause !== undefined || error.extensions.code === 'INTERNAL_SERVER_ERROR') return false;
  return error.path === undefined || error.message.startsWith('Argument "');
}

/** GraphQL quotes the value that it refuses, and suggests names of the schema: neither a large one nor a hidden one. */
function refusalText(message: string, schemaIsPublic: boolean): string {
  const text = schemaIsPublic ? message : message.replace(/ ?Did you mean .*/s, '');
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE)}…`;
}

function refusalCode(error: GraphQLError): unknown {
  if (error.extensions.code) return error.extensions.code;
  if (error.message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  return /^(Variable "\$|Argument ")/.test(error.message) ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED';
}

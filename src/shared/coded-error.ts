import { registerEnumType } from 'type-graphql';

/**
 * Why an operation failed, as `extensions.code`. The names are the API's promise: clients branch on them.
 * Apollo's own codes are members too, so that a generated client knows every code it can meet.
 */
export enum ErrorCode {
  UNAUTHENTICATED = 'UNAUTHENTICATED',
  FORBIDDEN = 'FORBIDDEN',
  NOT_FOUND = 'NOT_FOUND',
  BAD_USER_INPUT = 'BAD_USER_INPUT',
  EMAIL_TAKEN = 'EMAIL_TAKEN',
  USERNAME_TAKEN = 'USERNAME_TAKEN',
  INVALID_CREDENTIALS = 'INVALID_CREDENTIALS',
  ACCOUNT_DISABLED = 'ACCOUNT_DISABLED',
  INVALID_TOKEN = 'INVALID_TOKEN',
  BAD_TIMESTAMP = 'BAD_TIMESTAMP',
  INSUFFICIENT_CREDITS = 'INSUFFICIENT_CREDITS',
  RATE_LIMITED = 'RATE_LIMITED',
  TUTOR_BUSY = 'TUTOR_BUSY',
  TUTOR_UNAVAILABLE = 'TUTOR_UNAVAILABLE',
  TUTOR_REFUSED = 'TUTOR_REFUSED',
  TUTOR_INTERRUPTED = 'TUTOR_INTERRUPTED',
  CONFLICT = 'CONFLICT',
  QUERY_TOO_COMPLEX = 'QUERY_TOO_COMPLEX',
  METHOD_NOT_ALLOWED = 'METHOD_NOT_ALLOWED',
  PAYLOAD_TOO_LARGE = 'PAYLOAD_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE = 'UNSUPPORTED_MEDIA_TYPE',
  DOCUMENT_NOT_TRUSTED = 'DOCUMENT_NOT_TRUSTED',
  UPLOAD_EXPIRED = 'UPLOAD_EXPIRED',
  QUOTA_EXCEEDED = 'QUOTA_EXCEEDED',
  VIDEO_UNREADABLE = 'VIDEO_UNREADABLE',
  NOT_READY = 'NOT_READY',
  CHECKSUM_MISMATCH = 'CHECKSUM_MISMATCH',
  STORAGE_FULL = 'STORAGE_FULL',
  LINK_UNREACHABLE = 'LINK_UNREACHABLE',
  MEDIA_TOOLS_MISSING = 'MEDIA_TOOLS_MISSING',
  TRANSCRIPTION_UNAVAILABLE = 'TRANSCRIPTION_UNAVAILABLE',
  INTERNAL_SERVER_ERROR = 'INTERNAL_SERVER_ERROR',
  BAD_REQUEST = 'BAD_REQUEST',
  GRAPHQL_PARSE_FAILED = 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED = 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE = 'OPERATION_RESOLUTION_FAILURE',
  PERSISTED_QUERY_NOT_FOUND = 'PERSISTED_QUERY_NOT_FOUND',
  PERSISTED_QUERY_NOT_SUPPORTED = 'PERSISTED_QUERY_NOT_SUPPORTED',
}

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description: 'The values of `extensions.code`. Stable: branch on them, not on messages.',
});

/** What a client may be told beside the code; shown in `extensions`. */
export interface ErrorFacts {
  /** The input field at fault. */
  field?: string;
  /** The line of the input at fault, from 1. */
  line?: number;
  retryAfterSeconds?: number;
}

/** A failure that the client can act on. Everything else that is thrown is a bug and is masked. */
export class CodedError extends Error {
  constructor(
    readonly code: keyof typeof ErrorCode,
    message: string,
    readonly facts: ErrorFacts = {},
  ) {
    super(message);
  }
}

/** `BAD_USER_INPUT` on a field. */
export function badInput(field: string, message: string, facts: ErrorFacts = {}): CodedError {
  return new CodedError('BAD_USER_INPUT', message, { field, ...facts });
}

import type { ErrorCode } from './generated/types.js';

/** A code of the API, or `UNREACHABLE`: no answer of Lectern's came, from nobody or from something in between. */
export type LecternErrorCode = ErrorCode | 'UNREACHABLE';

/** An error as a GraphQL response has it. */
export interface ApiError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: { readonly [name: string]: unknown } | undefined;
}

/** Why an operation came to nothing. Branch on `code`; the message is a sentence for people, in English. */
export class LecternError extends Error {
  override readonly name = 'LecternError';
  readonly code: LecternErrorCode;
  /** The argument that was refused, such as `email`. */
  readonly field: string | undefined;
  /** The line of a caption file that cannot be read. */
  readonly line: number | undefined;
  /** When it may be tried again. */
  readonly retryAfterSeconds: number | undefined;
  /** Of an `INTERNAL_SERVER_ERROR`: what to report. */
  readonly errorId: string | undefined;
  /** All errors of the response; the first is the one told here. */
  readonly errors: readonly ApiError[];

  constructor(
    code: LecternErrorCode,
    message: string,
    options: { cause?: unknown; errors?: readonly ApiError[] } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.errors = options.errors ?? [];
    const facts = this.errors[0]?.extensions ?? {};
    this.field = facts.field as string | undefined;
    this.line = facts.line as number | undefined;
    this.retryAfterSeconds = facts.retryAfterSeconds as number | undefined;
    this.errorId = facts.errorId as string | undefined;
  }
}

/** The errors of a response as one. */
export function errorOf(errors: readonly ApiError[]): LecternError {
  const [first] = errors;
  const code = (first?.extensions?.code ?? 'INTERNAL_SERVER_ERROR') as LecternErrorCode;
  return new LecternError(code, first?.message ?? 'The server gave no data and no reason.', { errors });
}

/** The code of a response's first error. */
export function codeOf(result: { errors?: readonly ApiError[] | undefined }): unknown {
  return result.errors?.[0]?.extensions?.code;
}

export function hasCode(error: unknown, ...codes: LecternErrorCode[]): error is LecternError {
  return error instanceof LecternError && codes.includes(error.code);
}

import { type ApiError, errorOf, LecternError, type LecternErrorCode } from './lectern-error.js';

/** What the codes that the server closes a socket with say. */
const CLOSES: { [code: number]: LecternErrorCode } = {
  1008: 'RATE_LIMITED',
  1009: 'PAYLOAD_TOO_LARGE',
  1013: 'RATE_LIMITED',
  4400: 'BAD_REQUEST',
  4403: 'UNAUTHENTICATED',
  4429: 'BAD_REQUEST',
  4500: 'INTERNAL_SERVER_ERROR',
};

/** What ended a subscription, as it is thrown: the errors of a refusal, the close of a socket, or an error of our own. */
export function socketFailure(error: unknown): LecternError {
  if (error instanceof LecternError) return error;
  if (Array.isArray(error)) return errorOf(error as ApiError[]);
  const { code, reason } = error as Partial<CloseEvent>;
  const known = CLOSES[code ?? 0];
  if (known) return new LecternError(known, reason || 'The server has closed the connection.', { cause: error });
  return new LecternError('UNREACHABLE', 'The connection was lost, and could not be had again.', { cause: error });
}

import { CombinedGraphQLErrors } from '@apollo/client/errors';

interface Facts {
  code?: string;
  field?: string;
  line?: number;
}

/** What the API says of an error beside its sentence, whichever way the operation went: of Apollo's error, or of Lectern's. */
export function factsOf(error: unknown): Facts {
  if (CombinedGraphQLErrors.is(error)) return (error.errors[0]?.extensions ?? {}) as Facts;
  return error !== null && typeof error === 'object' && 'code' in error ? (error as Facts) : {};
}

export function codeOf(error: unknown): string | undefined {
  return factsOf(error).code;
}

/** The server's sentence, in English. */
export function messageOf(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) return error.errors[0]?.message ?? '';
  return error instanceof Error ? error.message : '';
}

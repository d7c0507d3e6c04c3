import { type ApiError, LecternError } from './lectern-error.js';

/** An operation as GraphQL over HTTP and graphql-transport-ws send it. */
export interface Payload {
  query?: string;
  operationName?: string | undefined;
  variables?: { [name: string]: unknown } | undefined;
  extensions?: { [name: string]: unknown } | undefined;
}

export interface Result {
  data?: { [field: string]: unknown } | null;
  errors?: readonly ApiError[];
  extensions?: { [name: string]: unknown };
}

export interface Sending {
  headers?: { [name: string]: string } | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * Sends an operation by POST and gives the response, whatever it says.
 * @throws UNREACHABLE, and the signal's reason
 */
export async function post(
  fetch: typeof globalThis.fetch,
  url: string,
  payload: Payload,
  { headers, signal }: Sending,
): Promise<Result> {
  let response: Response | undefined;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(payload),
      ...(signal && { signal }),
    });
    const result = (await response.json()) as Result | null;
    if (result && ('data' in result || Array.isArray(result.errors))) return result;
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (!response) throw new LecternError('UNREACHABLE', 'The server cannot be reached.', { cause });
    // What is no JSON, or ends too soon, is no answer of Lectern's.
  }
  throw new LecternError('UNREACHABLE', `Something other than Lectern answered, with status ${response.status}.`);
}

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type FormattedExecutionResult, print } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { afterTest } from './server.js';

export interface ApiError {
  message: string;
  path?: (string | number)[];
  extensions: { code: string; field?: string; line?: number; retryAfterSeconds?: number; errorId?: string };
}

export interface ApiResult<T> {
  status: number;
  data: T | null;
  errors: ApiError[];
}

/** One operation by POST, with its whole answer. */
export async function request<T, V>(
  url: string,
  document: TypedDocumentNode<T, V>,
  variables: V,
  token?: string,
): Promise<ApiResult<T>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as { data?: T; errors?: ApiError[] };
  return { status: response.status, data, errors };
}

/** The data of an operation that is expected to succeed. */
export async function ok<T, V>(
  url: string,
  document: TypedDocumentNode<T, V>,
  variables: V,
  token?: string,
): Promise<T> {
  const { data, errors } = await request(url, document, variables, token);
  if (errors.length > 0 || data === null) throw new Error(`expected data, got ${JSON.stringify(errors)}`);
  return data;
}

/** The one error of an operation that is expected to fail: its code and field are what a client can act on. */
export async function refused<T, V>(
  url: string,
  document: TypedDocumentNode<T, V>,
  variables: V,
  token?: string,
): Promise<ApiError['extensions'] & { message: string }> {
  const { data, errors } = await request(url, document, variables, token);
  const [error] = errors;
  if (errors.length !== 1 || !error) throw new Error(`expected one error, got ${JSON.stringify({ data, errors })}`);
  return { ...error.extensions, message: error.message };
}

/** A socket of its own, as the client library of graphql-transport-ws opens it; closed after the test. */
export function openSocket(url: string, token?: string): Client {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token !== undefined && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  afterTest(async () => client.dispose());
  return client;
}

/** The results of a subscription, one by one; leaving the loop leaves the subscription. */
export function subscribe<T, V extends Record<string, unknown>>(
  socket: Client,
  document: TypedDocumentNode<T, V>,
  variables: V,
): AsyncGenerator<FormattedExecutionResult<T>, void, unknown> {
  return socket.iterate<T>({ query: print(document), variables }) as AsyncGenerator<
    FormattedExecutionResult<T>,
    void,
    unknown
  >;
}

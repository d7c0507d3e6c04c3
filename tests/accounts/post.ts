import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import type { ApiResult } from '../support/client.js';
import type { TestServer } from '../support/server.js';

/** One operation by POST with headers of the test's own. */
export async function post<T, V>(
  { url }: Pick<TestServer, 'url'>,
  document: TypedDocumentNode<T, V>,
  variables: V,
  headers: Record<string, string>,
): Promise<Omit<ApiResult<T>, 'status'> & { code: string }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data = null, errors = [] } = (await response.json()) as Partial<ApiResult<T>>;
  return { data, errors, code: errors[0]?.extensions.code ?? 'OK' };
}

/** Makes the operation come from an address, at a server with one proxy in front (`TRUST_PROXY=1`). */
export const from = (address: string) => ({ 'x-forwarded-for': address });

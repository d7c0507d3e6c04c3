import type { TypedDocumentNode } from '@apollo/client';
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';

const parsed = new Map<unknown, unknown>();

/** One of the package's `operations` as the document that Apollo Client takes; always the same for the same one. */
export function typedDocument<Result, Variables>(
  operation: string & DocumentTypeDecoration<Result, Variables>,
): TypedDocumentNode<Result, Variables extends Record<string, unknown> ? Variables : never> {
  if (!parsed.has(operation)) parsed.set(operation, parse(operation));
  return parsed.get(operation) as never;
}

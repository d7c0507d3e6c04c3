import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';

/** An operation's text, with the types of its result and its variables. */
export type OperationText<Result, Variables> = string & DocumentTypeDecoration<Result, Variables>;

/** The same, or what GraphQL Code Generator writes with `documentMode: 'string'`. */
// biome-ignore lint/complexity/noBannedTypes: its class extends String
export type TypedText<Result, Variables> = (string | String) & DocumentTypeDecoration<Result, Variables>;

/** The variables of a call: left out where none is required. */
export type Given<Variables, Options> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: Options]
    : [variables: Variables, options?: Options];

/** The method of an operation: it gives what the operation's one field gives. */
export type Method<Document, Options> =
  Document extends DocumentTypeDecoration<infer Result, infer Variables>
    ? (...given: Given<Variables, Options>) => Promise<Result[keyof Result]>
    : never;

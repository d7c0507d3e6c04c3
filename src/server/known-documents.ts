import { type DocumentNode, type GraphQLError, type GraphQLSchema, type ValidationRule, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { parseWithinLimits } from './limits.js';

/** A parsed document takes some hundred bytes for each of its characters. */
const MOST_KEPT_CHARACTERS = 100_000;

/** Parses and validates documents; a client sends the same few again and again, and what was valid still is. */
export function documentChecker(schema: GraphQLSchema, rules: readonly ValidationRule[]) {
  const valid = new LRUCache<string, DocumentNode>({
    maxSize: MOST_KEPT_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  });
  return (text: string): { document: DocumentNode; faults: readonly GraphQLError[] } => {
    const known = valid.get(text);
    if (known) return { document: known, faults: [] };
    const document = parseWithinLimits(text);
    const faults = validate(schema, document, rules);
    if (faults.length === 0) valid.set(text, document);
    return { document, faults };
  };
}

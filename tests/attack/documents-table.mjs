// How long each of the worst documents takes to be refused, or found valid, alone in a process that has been warm for a while.
import { GraphQLError } from 'graphql';
import 'reflect-metadata';
import { Documents, InvalidDocument } from '../../dist/server/documents.js';
import { createSchema } from '../../dist/server/schema.js';
import { DOCUMENTS } from './lib/documents.mjs';

const BOUND_MS = 20;
const ROUNDS = 15;

/** @returns rows of a table, and the names of the shapes that take longer than the bound */
export function measureDocuments() {
  const app = { config: { introspection: false }, dialect: { json: {} } };
  const documents = new Documents(app, createSchema());
  const rows = [];
  const slow = [];
  for (const [name, text] of Object.entries(DOCUMENTS)) {
    let outcome;
    const times = Array.from({ length: ROUNDS }, (_, round) => {
      const begun = performance.now();
      outcome = outcomeOf(documents, `${text}#${round}`);
      return performance.now() - begun;
    });
    const median = [...times].sort((a, b) => a - b)[ROUNDS >> 1];
    const first = times[0];
    rows.push([name, `${Math.round(text.length / 1024)} kB`, first.toFixed(1), median.toFixed(1), outcome]);
    if (median > BOUND_MS) slow.push(name);
  }
  return { rows, slow };
}

function outcomeOf(documents, text) {
  try {
    documents.prepare(text);
    return 'valid';
  } catch (error) {
    if (error instanceof InvalidDocument) return `${error.errors.length} errors`;
    return error instanceof GraphQLError ? 'syntax error' : (error.code ?? String(error));
  }
}

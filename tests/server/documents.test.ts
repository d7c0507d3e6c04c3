import { expect, it } from '@jest/globals';
import { Documents } from '../../src/server/documents.js';
import { createSchema } from '../../src/server/schema.js';
import type { App } from '../../src/shared/app.js';

it('documents are kept by their tokens, which take far more memory than their text', () => {
  const documents = new Documents({ config: { introspection: false } } as App, createSchema());
  const first = documents.prepare('{health{status}}');
  const short = (n: number) => `{course(id:${n}){id}}`;
  const dense = (n: number) => `{course(id:${n}){${'id title status createdAt '.repeat(90)}}}`;

  for (let n = 0; n < 500; n++) documents.prepare(short(n));
  expect(documents.prepare('{health{status}}')).toBe(first);
  for (let n = 0; n < 300; n++) documents.prepare(dense(n));
  expect(documents.prepare('{health{status}}')).not.toBe(first);
});

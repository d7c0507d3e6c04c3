import { describe, expect, it } from '@jest/globals';
import { Documents } from '../../src/server/documents.js';
import { createSchema } from '../../src/server/schema.js';
import type { App } from '../../src/shared/app.js';

const short = (n: number) => `{course(id:${n}){id}}`;
const dense = (n: number) => `{course(id:${n}){${'id title status createdAt '.repeat(90)}}}`;

function asked(text: string, documents: Documents) {
  documents.prepare(text);
  return documents.prepare(text);
}

describe('a document that was asked for twice', () => {
  it('is kept beside many others, but not beside more than memory is given to', () => {
    const documents = new Documents({ config: { introspection: false }, dialect: {} } as App, createSchema());
    const first = asked('{health{status}}', documents);
    for (let n = 0; n < 500; n++) asked(short(n), documents);
    expect(documents.prepare('{health{status}}')).toBe(first);
    for (let n = 0; n < 300; n++) asked(dense(n), documents);
    expect(documents.prepare('{health{status}}')).not.toBe(first);
  });

  it('is not pushed out by those that are never asked for again', () => {
    const documents = new Documents({ config: { introspection: false }, dialect: {} } as App, createSchema());
    const first = asked('{health{status}}', documents);
    for (let n = 0; n < 1200; n++) documents.prepare(short(n));
    expect(documents.prepare('{health{status}}')).toBe(first);
  });
});

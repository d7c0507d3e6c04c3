import { describe, expect, it } from '@jest/globals';
import { auditServer } from 'graphql-http';
import { startTestServer } from '../support/server.js';

/** They ask by GET for plain application/json, as another origin's page could in a visitor's name. */
const REFUSED_FOR_SAFETY = ['5A70', '6A70'];

describe('the GraphQL over HTTP specification', () => {
  it('is kept: no audit fails or warns', async () => {
    const server = await startTestServer();
    const results = await auditServer({ url: `${server.url}/graphql` });
    expect(results.length).toBeGreaterThan(50);
    const kept = results.filter(({ id }) => !REFUSED_FOR_SAFETY.includes(id));
    expect(kept.filter(({ status }) => status !== 'ok').map(({ id, name, status }) => ({ id, name, status }))).toEqual(
      [],
    );
    const safety = results.filter(({ id }) => REFUSED_FOR_SAFETY.includes(id));
    expect(safety.every(({ status }) => status === 'notice')).toBe(true);
  });
});

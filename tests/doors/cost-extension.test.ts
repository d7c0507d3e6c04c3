import { describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';

const TEN = '{courses(first:10){nodes{lessons{id}}}}'; // 1 + 10 × 21

async function ask({ url }: TestServer, headers: Record<string, string>, body: object = { query: TEN }) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { data: unknown; extensions?: { cost: Record<string, number | null> } };
}

describe('what an operation cost', () => {
  it('is told to who asks for it, with what is left of the minute', async () => {
    const server = await startTestServer({ env: { RATE_COST_PER_MINUTE: '1000' } });
    const { data, extensions } = await ask(server, { 'x-query-cost': 'true' });
    expect(data).toEqual({ courses: { nodes: [] } });
    expect(extensions).toEqual({
      cost: { cost: 211, limit: 5000, remaining: 789, resetSeconds: expect.any(Number) },
    });
    expect((await ask(server, { 'x-query-cost': 'true' })).extensions?.cost.remaining).toBe(578);
  });

  it.each([
    ['pivot', 106],
    ['the of to and a in that is it you we this so for on are be have as with', 172],
    ['x'.repeat(200), 301],
  ])('of a search grows with what is looked for: %s', async (words, cost) => {
    const server = await startTestServer();
    for (const body of [
      { query: `{searchMoments(query:"${words}" first:1){totalCount}}` },
      { query: 'query($q:String!){searchMoments(query:$q first:1){totalCount}}', variables: { q: words } },
    ]) {
      expect((await ask(server, { 'x-query-cost': '1' }, body)).extensions?.cost.cost).toBe(cost - 1);
    }
  });

  it('names no rest where the rate is off, and is told to nobody else', async () => {
    const server = await startTestServer({ env: { RATE_COST_PER_MINUTE: '0' } });
    expect((await ask(server, { 'x-query-cost': '1' })).extensions).toEqual({
      cost: { cost: 211, limit: 5000, remaining: null, resetSeconds: null },
    });
    expect((await ask(server, {})).extensions).toBeUndefined();
  });
});

import { describe, expect, it } from '@jest/globals';
import { startTestServer } from '../support/server.js';
import { METRICS } from './scrape.js';

const TOKEN = 'a-token-of-the-operator-0123';

async function read(url: string, authorization?: string) {
  const response = await fetch(url, { headers: authorization === undefined ? {} : { authorization } });
  const text = await response.text();
  const code = text.startsWith('{') ? JSON.parse(text).errors[0].extensions.code : null;
  return { status: response.status, code, isMetrics: text.includes('# TYPE lectern_requests_total counter') };
}

const NOTHING = { status: 404, code: 'NOT_FOUND', isMetrics: false };
const ALL = { status: 200, code: null, isMetrics: true };

describe('/metrics is', () => {
  it('nowhere unless it is asked for', async () => {
    const server = await startTestServer();

    expect(server.metricsUrl).toBeNull();
    expect(await read(`${server.url}/metrics`)).toEqual(NOTHING);
    expect(await read(`${server.url}/metrics`, `Bearer ${TOKEN}`)).toEqual(NOTHING);
  });

  it('on a port of its own, where nothing else is, and not on the main one', async () => {
    const server = await startTestServer({ env: METRICS });
    const { origin } = new URL(server.metricsUrl ?? '');

    expect(origin).not.toBe(server.url);
    expect(await read(`${origin}/metrics`)).toEqual(ALL);
    expect(await read(`${server.url}/metrics`)).toEqual(NOTHING);
    for (const path of ['/', '/graphql', '/health', '/metrics/more'])
      expect(await read(origin + path)).toEqual(NOTHING);
    expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).toBe(404);
  });

  it('closed with the server', async () => {
    const server = await startTestServer({ env: METRICS });
    await read(server.metricsUrl ?? '');

    await server.stop();

    await expect(fetch(server.metricsUrl ?? '')).rejects.toThrow('fetch failed');
  });

  it.each([
    ['the token', `Bearer ${TOKEN}`, ALL],
    ['the token, in another case of its scheme', `bearer ${TOKEN}`, ALL],
    ['nothing', undefined, { status: 401, code: 'UNAUTHENTICATED', isMetrics: false }],
    ['another token', `Bearer ${TOKEN}x`, { status: 401, code: 'UNAUTHENTICATED', isMetrics: false }],
    ['the token without its scheme', TOKEN, { status: 401, code: 'UNAUTHENTICATED', isMetrics: false }],
  ])('on the main port for who sends the token: %s', async (_what, authorization, answer) => {
    const server = await startTestServer({ env: { METRICS_TOKEN: TOKEN } });

    expect(await read(`${server.url}/metrics`, authorization)).toEqual(answer);
    expect(server.logLines().join('')).not.toContain(TOKEN);
  });
});

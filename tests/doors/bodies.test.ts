import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { classroom } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';

const SET = 'mutation($i:SetTranscriptInput!){setTranscript(input:$i){cueCount}}';
const body = (query: string, bytes: number, more: object = {}) =>
  JSON.stringify({
    query,
    variables: { i: { lessonId: '1', language: 'en', format: 'VTT', content: 'x'.repeat(bytes) }, ...more },
  });

describe('a body', () => {
  it.each([
    ['anybody’s above 100 kB', undefined, SET, 101 * 1024, 413, 'PAYLOAD_TOO_LARGE'],
    ['a student’s above 100 kB', 'sam', SET, 101 * 1024, 413, 'PAYLOAD_TOO_LARGE'],
    ['an instructor’s above 8 MB', 'teacher', SET, 9 * 1024 * 1024, 413, 'PAYLOAD_TOO_LARGE'],
    [
      'an instructor’s above 100 kB that is no transcript',
      'teacher',
      '{health{status}}',
      101 * 1024,
      200,
      'PAYLOAD_TOO_LARGE',
    ],
  ] as const)('%s is refused', async (_what, who, query, bytes, status, code) => {
    const { server, people } = await room();
    const token = who && people[who].token;
    for (const chunked of [false, true]) {
      const answer = await send(server, body(query, bytes), { chunked, token });
      expect(answer).toMatchObject({ status, code });
    }
  });

  it('of an instructor may bring a transcript of some megabytes, in chunks too', async () => {
    const { server, people } = await room();
    for (const chunked of [false, true]) {
      const answer = await send(server, body(SET, 3 * 1024 * 1024), { chunked, token: people.teacher.token });
      // Read, and refused for what is in it.
      expect(answer).toMatchObject({ status: 200, code: 'BAD_USER_INPUT' });
    }
  });

  it('whose document is above 100 kB is refused whoever sends it', async () => {
    const { server, people } = await room();
    const text = `{__typename}${'#'.repeat(101 * 1024)}`;
    const answer = await send(server, JSON.stringify({ query: text }), { token: people.teacher.token });
    expect(answer.code).toBe('QUERY_TOO_COMPLEX');
  });

  it('that comes in pieces is read whole', async () => {
    const { server } = await room();
    const text = Buffer.from(JSON.stringify({ query: '{ __typename }', variables: { text: 'é'.repeat(40_000) } }));
    const headers = { 'content-type': 'application/json', 'content-length': text.length };
    const request = httpRequest(`${server.url}/graphql`, { method: 'POST', headers });
    const answer = new Promise<IncomingMessage>((resolve) => request.on('response', resolve));
    for (let at = 0; at < text.length; at += 30_001) {
      await new Promise((resolve) => request.write(text.subarray(at, at + 30_001), resolve));
    }
    request.end();
    expect(await json(await answer)).toEqual({ data: { __typename: 'Query' } });
  });

  it('that is compressed is refused', async () => {
    const { server } = await room();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ query: '{__typename}' })),
    });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }] });
  });

  it('that is large waits for no third: two are read at once', async () => {
    const { server, people } = await room();
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${people.teacher.token}` };
    const begin = async () => {
      const request = httpRequest(`${server.url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-length': 300_000, expect: '100-continue' },
      });
      request.on('error', () => {});
      request.flushHeaders();
      // It is let in as soon as the server has read its headers.
      await once(request, 'continue');
      return request;
    };
    const held = [await begin(), await begin()];
    const third = await send(server, body(SET, 200_000), { token: people.teacher.token });
    expect(third.code).toBe('RATE_LIMITED');
    expect(third.status).toBe(429);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const large = await post(server, agent, headers, body(SET, 2_000_000));
    expect(large.answer).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    // It was read to its end: the connection goes on.
    const small = await post(server, agent, headers, body('{health{status}}', 1));
    expect(small).toMatchObject({ answer: { data: { health: { status: 'ok' } } }, isReused: true });
    agent.destroy();
    for (const request of held) request.destroy();
    let next = await send(server, body(SET, 200_000), { token: people.teacher.token });
    while (next.code === 'RATE_LIMITED') next = await send(server, body(SET, 200_000), { token: people.teacher.token });
    expect(next.code).toBe('BAD_USER_INPUT');
  });
});

describe('headers', () => {
  it('protect, and tell nothing of the software', async () => {
    const server = await startTestServer();
    const { headers } = await fetch(`${server.url}/health`);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toContain('max-age');
    expect(headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('let no other origin in unless it is configured, and never reflect one', async () => {
    const closed = await startTestServer();
    const preflight = (url: string, origin: string) =>
      fetch(`${url}/graphql`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      });
    expect((await preflight(closed.url, 'https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
    const open = await startTestServer({ env: { CORS_ORIGINS: 'https://school.example' } });
    const allowed = await preflight(open.url, 'https://school.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://school.example');
    expect((await preflight(open.url, 'https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();

    // Clients that query by GET send nothing that a browser would ask for first.
    const headers = { accept: 'application/graphql-response+json', 'sec-fetch-site': 'cross-site' };
    const get = (origin: string) =>
      fetch(`${open.url}/graphql?query={health{status}}`, { headers: { ...headers, origin } });
    expect((await get('https://school.example')).status).toBe(200);
    expect((await get('https://evil.example')).status).toBe(400);
  });
});

async function room() {
  const server = await startTestServer();
  return { server, people: await classroom(server) };
}

/** Sends all of a body before it looks for the answer. */
async function post({ url }: TestServer, agent: Agent, headers: Record<string, string>, text: string) {
  const request = httpRequest(`${url}/graphql`, { method: 'POST', agent, headers });
  const responded = once(request, 'response');
  request.end(text);
  await once(request, 'finish');
  const [response] = (await responded) as [IncomingMessage];
  return { answer: await json(response), isReused: request.reusedSocket };
}

async function send(
  server: TestServer,
  text: string,
  { chunked = false, token }: { chunked?: boolean; token?: string | undefined },
) {
  const pieces = text.match(/.{1,20000}/gs) ?? [];
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: chunked ? Readable.toWeb(Readable.from(pieces.map((piece) => Buffer.from(piece)))) : text,
    ...(chunked && { duplex: 'half' }),
  } as unknown as RequestInit);
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, code: errors?.[0]?.extensions.code };
}

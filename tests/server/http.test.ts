import { request as httpRequest } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { rowsOf } from '../accounts/rows.js';
import type { ApiError } from '../support/client.js';
import { PASSWORD } from '../support/people.js';
import { sharedServer } from './shared-server.js';

const JSON_TYPE = { 'content-type': 'application/json' };
const PREFLIGHT = { 'apollo-require-preflight': 'true' };
/** What a client that knows GraphQL over HTTP accepts. */
const GRAPHQL = { accept: 'application/graphql-response+json, application/json' };
const HEALTH = '{ health { status } }';

describe('over HTTP', () => {
  const server = sharedServer();

  const send = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, init);
    expect(response.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
    const { data, errors = [] } = (await response.json()) as { data?: unknown; errors?: ApiError[] };
    return { status: response.status, headers: response.headers, data, errors, code: errors[0]?.extensions.code };
  };
  const post = (body: unknown, headers: Record<string, string> = JSON_TYPE) =>
    send('/graphql', { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  const get = (params: Record<string, string>, headers: Record<string, string> = PREFLIGHT) =>
    send(`/graphql?${new URLSearchParams(params)}`, { headers });

  it('says without a token that it is well', async () => {
    const response = await fetch(`${server.url}/health`);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('answers health as a query too', async () => {
    const { data } = await post({ query: '{ health { status version database tutor { provider model ready } } }' });

    const tutor = { provider: 'embedded', model: expect.any(String), ready: true };
    const version = expect.stringMatching(/^\d+\.\d+\.\d+/);
    expect(data).toEqual({ health: { status: 'ok', version, database: 'ok', tutor } });
  });

  it.each(['/', '/nothing', '/graphql/', '/health/more'])('has nothing at %s', async (path) => {
    const { status, errors } = await send(path);

    expect(status).toBe(404);
    expect(errors).toEqual([{ message: expect.stringContaining('/graphql'), extensions: { code: 'NOT_FOUND' } }]);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('refuses %s and names what is allowed', async (method) => {
    const { status, headers, code } = await send('/graphql', { method });

    expect({ status, allow: headers.get('allow'), code }).toEqual({
      status: 405,
      allow: 'GET, POST',
      code: 'METHOD_NOT_ALLOWED',
    });
  });

  it('refuses a body over the limit before it has come', async () => {
    const headers = { ...JSON_TYPE, 'content-length': 100_000_000 };
    const request = httpRequest(`${server.url}/graphql`, { method: 'POST', headers });
    request.flushHeaders();

    const { status, body } = await new Promise<{ status?: number; body: string }>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', (response) => {
        response.once('data', (chunk) => resolve({ status: response.statusCode, body: String(chunk) }));
      });
    });
    request.destroy();

    expect(status).toBe(413);
    expect(JSON.parse(body).errors).toMatchObject([{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }]);
  });

  it.each([
    ['application/xml', '<query/>'],
    ['application/x-www-form-urlencoded', `query=${HEALTH}`],
    ['multipart/form-data; boundary=x', '--x--'],
  ])('refuses a body of %s', async (type, body) => {
    const { status, code } = await post(body, { 'content-type': type });

    expect({ status, code }).toEqual({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
  });

  it.each([
    ['broken JSON', '{"query":'],
    ['an empty body', ''],
    ['an object without a query', '{}'],
    ['an empty query', '{"query":""}'],
    ['a query that is a number', '{"query":1}'],
    ['variables as a text', `{"query":"${HEALTH}","variables":"{}"}`],
    ['null', 'null'],
    ['a list of operations', `[{"query":"${HEALTH}"}]`],
  ])('refuses %s', async (_what, body) => {
    const { status, code, data } = await post(body);

    expect({ status, code, data }).toEqual({ status: 400, code: 'BAD_REQUEST', data: undefined });
  });

  it('refuses a path that cannot be decoded with a code, as everything else', async () => {
    const { status, code } = await send('/%zz');

    expect({ status, code }).toEqual({ status: 400, code: 'BAD_REQUEST' });
  });

  it.each([
    ['a GET', () => get({ query: HEALTH }, {})],
    ['a GET from a page', () => get({ query: HEALTH }, { ...GRAPHQL, 'sec-fetch-site': 'cross-site' })],
    ['a GET from another host', () => get({ query: HEALTH }, { ...GRAPHQL, 'sec-fetch-site': 'same-site' })],
    ['a GET from an origin', () => get({ query: HEALTH }, { ...GRAPHQL, origin: 'https://evil.example' })],
    ['a GET from a silent browser', () => get({ query: HEALTH }, { ...GRAPHQL, 'user-agent': 'Mozilla/5.0' })],
    ['a POST of text/plain', () => post({ query: HEALTH }, { 'content-type': 'text/plain' })],
  ])('refuses %s that another site could send without asking', async (_what, forged) => {
    const { status, errors } = await forged();

    expect(status).toBe(400);
    expect(errors).toMatchObject([{ message: expect.stringContaining('CSRF'), extensions: { code: 'BAD_REQUEST' } }]);
  });

  it.each([
    ['no browser', {}],
    ['a page of its own', { 'sec-fetch-site': 'same-origin', 'user-agent': 'Mozilla/5.0' }],
  ])('answers a query by GET from a client of GraphQL in %s, without a header to prove it', async (_where, headers) => {
    const { status, data } = await get({ query: HEALTH }, { ...GRAPHQL, ...headers });

    expect({ status, data }).toEqual({ status: 200, data: { health: { status: 'ok' } } });
  });

  it('answers a query by GET with the header that only an allowed site can send', async () => {
    const { status, data } = await get({
      query: 'query($s: String) { courses(search: $s) { totalCount } }',
      variables: '{"s":"sorting"}',
    });

    expect({ status, data }).toEqual({ status: 200, data: { courses: { totalCount: 0 } } });
  });

  it('refuses a mutation by GET and does not run it', async () => {
    const input = `{ username: "eve", email: "eve@example.org", password: "${PASSWORD}" }`;

    const { status, headers, errors } = await get({ query: `mutation { register(input: ${input}) { expiresIn } }` });

    expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow: 'POST' });
    expect(errors).toHaveLength(1);
    expect(await rowsOf(server, 'users')).toEqual([]);
  });

  it.each([
    ['a syntax error', { query: '{' }, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown enum value', { query: '{ courses(orderBy: BEST) { totalCount } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a missing variable', { query: 'query($id: ID!) { course(id: $id) { id } }' }, 'BAD_USER_INPUT'],
    [
      'a variable of another type',
      { query: 'query($n: Int) { courses(first: $n) { totalCount } }', variables: { n: 'ten' } },
      'BAD_USER_INPUT',
    ],
    [
      'several operations and no name',
      { query: `query A ${HEALTH} query B ${HEALTH}` },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['the name of no operation', { query: `query A ${HEALTH}`, operationName: 'B' }, 'OPERATION_RESOLUTION_FAILURE'],
  ])('refuses %s with its own code', async (_what, body, code) => {
    const answer = await post(body);

    expect(answer).toMatchObject({ code, data: undefined });
    expect(answer.errors[0]?.extensions).toEqual({ code });
  });

  it('refuses null in a variable with a default where the argument may not be null', async () => {
    // Valid by the specification (6.4.1), so that only the execution finds it: still the client's mistake.
    const { code } = await post({ query: 'query($id: ID = 1) { course(id: $id) { id } }', variables: { id: null } });

    expect(code).toBe('BAD_USER_INPUT');
  });

  it('tells who sends a subscription where subscriptions are served', async () => {
    const { errors } = await post({ query: 'subscription { tutorTokens(chatId: 1) { __typename } }' });

    expect(errors).toHaveLength(1);
    expect(errors[0]?.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
    expect(errors[0]?.message).toMatch(/WebSocket/);
  });

  it('keeps status 200 for a refused operation unless the client knows the newer media type', async () => {
    const body = { query: '{ me { id } }' };
    const headers = { ...JSON_TYPE, authorization: 'Bearer garbage' };

    expect(await post(body, headers)).toMatchObject({ status: 200, code: 'UNAUTHENTICATED' });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, accept: 'application/graphql-response+json' },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(401);
  });

  it('gives each request an id of its own, which stands in the log', async () => {
    const first = (await send('/nothing')).headers.get('x-request-id');
    const second = (await post({ query: HEALTH })).headers.get('x-request-id');

    expect(first).toMatch(/^[\w-]{36}$/);
    expect(second).not.toBe(first);
    const lines = server.logLines().map((line) => JSON.parse(line));
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: first, method: 'GET', path: '/nothing', status: 404, msg: 'request' }),
    );
    expect(lines).toContainEqual(
      expect.objectContaining({ requestId: second, method: 'POST', path: '/graphql', status: 200 }),
    );
  });
});

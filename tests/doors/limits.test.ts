import { describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { openSocket } from '../support/client.js';
import { startTestServer, type TestServer } from '../support/server.js';

const nested = (times: number) => [...Array(times)].reduce((inner: string) => `lessons{course{${inner}}}`, 'id');
const fragments = (count: number, body: (next: string) => string) =>
  [...Array(count).keys()]
    .map((n) => `fragment f${n} on Course {${n === count - 1 ? 'id' : body(`...f${n + 1}`)}}`)
    .join(' ');

const REFUSED = [
  ['nested 14 deep', `{course(id:1){${nested(6)}}}`],
  ['nested 200 deep', `{course(id:1){${nested(99)}}}`],
  [
    'a fan-out of nested fragments',
    `{course(id:1){...f0}} ${fragments(25, (next) => `lessons{course{${next} ${next}}}`)}`,
  ],
  ['31 aliases', `{${[...Array(31).keys()].map((n) => `a${n}:health{status}`).join(' ')}}`],
  ['1,000 aliases', `{${[...Array(1000).keys()].map((n) => `a${n}:health{status}`).join(' ')}}`],
  ['21 fields at the root', `{${'health{status} '.repeat(21)}}`],
  ['the same field 151 times', `{course(id:1){${'id '.repeat(151)}}}`],
  ['the same five fields 130 times', `{course(id:1){${'id title status createdAt updatedAt '.repeat(130)}}}`],
  ['151 fragments that are spread', `{course(id:1){${'...f '.repeat(151)}}} fragment f on Course{id}`],
  ['151 fragments in one another', `{${'...{'.repeat(151)}__typename${'}'.repeat(151)}}`],
  ['more than 2,000 tokens', `{${'a '.repeat(2001)}}`],
  ['100 kB of brackets', `{course(id:${'['.repeat(90_000)}`],
  ['51 directives', `{course(id:1)${'@include(if:true)'.repeat(51)}{id}}`],
  ['a list of lists of lists', '{courses(first:100){nodes{lessons{transcripts{cues(first:100){text}}}}}}'],
  [
    'the same behind fragments',
    '{courses(first:100){...c}} fragment c on CourseConnection{nodes{lessons{transcripts{cues{text}}}}}',
  ],
  ['the schema twice', '{a:__schema{types{name}} b:__schema{types{name}}}'],
  [
    'the schema too deep',
    `{__schema{types{${[...Array(16)].reduce((t: string) => `ofType{${t}}`, 'name').replace('ofType', 'fields{type')}}}}}`,
  ],
] as const;

const ALLOWED = [
  ['a catalogue with instructors and lessons', '{courses(first:100){nodes{instructor{username} lessons{title}}}}'],
  ['what GraphiQL asks of the schema', getIntrospectionQuery({ descriptions: true, inputValueDeprecation: true })],
  [
    'a heavy field that is left out',
    'query($no:Boolean=false){courses(first:100){nodes{lessons @include(if:$no){transcripts{cues{text}}}}}}',
  ],
  ['a flat fan-out of fragments', `{course(id:1){...f0}} ${fragments(25, (next) => `${next} ${next}`)}`],
] as const;

describe('over HTTP and over WebSocket alike', () => {
  it.each(REFUSED.map((each) => [...each]))('%s is QUERY_TOO_COMPLEX', async (_what, query) => {
    const server = await startTestServer();
    expect(await codesOf(server, query)).toEqual({ http: 'QUERY_TOO_COMPLEX', socket: 'QUERY_TOO_COMPLEX' });
    expect(server.statements().filter((sql) => /^select .*courses/.test(sql))).toEqual([]);
  });

  it.each(ALLOWED.map((each) => [...each]))('%s passes', async (_what, query) => {
    const server = await startTestServer();
    expect(await codesOf(server, query)).toEqual({ http: null, socket: null });
  });

  it('a refusal names the numbers', async () => {
    const server = await startTestServer();
    const { errors } = await post(server, '{courses(first:100){nodes{lessons{transcripts{id}}}}}', 'application/json');
    expect(errors?.[0]?.message).toMatch(/12101, and at most 5000/);
  });

  it('a refusal has status 400 for who understands it, and 200 in plain application/json', async () => {
    const server = await startTestServer();
    const [, deep] = REFUSED[0];
    expect((await post(server, deep, 'application/graphql-response+json')).status).toBe(400);
    expect((await post(server, deep, 'application/json')).status).toBe(200);
  });

  it.each([
    ['2,001 values', { id: Array(2000).fill(1) }],
    ['values nested 11 deep', { id: [...Array(10)].reduce((inner) => [inner], 1) }],
    ['2,001 values that no variable takes', { other: Array(2000).fill(null) }],
  ])('variables of %s are QUERY_TOO_COMPLEX', async (_what, variables) => {
    const server = await startTestServer();
    const codes = await codesOf(server, 'query($id:ID!){course(id:$id){id}}', variables);
    expect(codes).toEqual({ http: 'QUERY_TOO_COMPLEX', socket: 'QUERY_TOO_COMPLEX' });
  });

  it('an error quotes no large value back, and there are at most twenty', async () => {
    const server = await startTestServer();
    const query = 'query($id:ID!){course(id:$id){id}}';
    const large = await post(server, query, 'application/json', { id: { name: 'x'.repeat(50_000) } });
    expect(JSON.stringify(large.errors).length).toBeLessThan(1000);
    const many = await post(
      server,
      `{course(id:1){${[...Array(100).keys()].map((n) => `no${n}`).join(' ')}}}`,
      'application/json',
    );
    expect(many.errors?.length).toBeLessThanOrEqual(20);
  });

  it('in production no name of the schema is suggested', async () => {
    const server = await startTestServer({ env: { NODE_ENV: 'production', JWT_SECRET: 'x'.repeat(48) } });
    for (const query of ['{cours(id:1){id}}', '{course(idd:1){id}}', '{course(id:1){titl}}']) {
      expect(JSON.stringify(await post(server, query, 'application/json'))).not.toMatch(/did you mean/i);
    }
  });
});

async function post(server: TestServer, query: string, accept: string, variables?: object) {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { errors?: { message: string; extensions: { code: string } }[] };
  return { status: response.status, ...body };
}

async function codesOf(server: TestServer, query: string, variables: Record<string, unknown> = {}) {
  const { errors } = await post(server, query, 'application/json', variables);
  const overSocket = await openSocket(server.url)
    .iterate({ query, variables })
    .next()
    .then(
      ({ value }) => value?.errors,
      (thrown) => thrown,
    );
  return { http: errors?.[0]?.extensions.code ?? null, socket: overSocket?.[0]?.extensions?.code ?? null };
}

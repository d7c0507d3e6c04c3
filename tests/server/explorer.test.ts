import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { explorerFetcher } from '../../src/server/explorer-fetcher.js';
import { ok, refused, request } from '../support/client.js';
import { AskTutorDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer } from '../support/server.js';
import { RawSocket } from './raw-socket.js';

const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: 'a secret of more than thirty-two bytes' };
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const INTROSPECTION = parse('{ __schema { queryType { name } } }');

/** What a browser gets that opens the address. */
const open = async (url: string) => {
  const response = await fetch(url, { headers: { accept: BROWSER } });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
};

const titleOf = (page: string) => /<title>([^<]*)/.exec(page)?.[1];

describe('the explorer', () => {
  it('is served to a browser in development', async () => {
    const server = await startTestServer();

    const { status, type, text } = await open(`${server.url}/graphql`);

    expect({ status, type }).toEqual({ status: 200, type: 'text/html; charset=utf-8' });
    expect(titleOf(text)).toBe('Lectern');
    expect(text.includes('GraphiQL')).toBe(true);
  });

  it('fetches nothing from elsewhere', async () => {
    const server = await startTestServer();

    const { text } = await open(`${server.url}/graphql`);

    const fetched = text.matchAll(/<(?:script|link|img|iframe|base)\b[^>]*?\b(?:src|href)\s*=\s*["']([^"']*)/g);
    // "${…" stands in a script, which writes what its reader's markdown says.
    for (const [, address = ''] of fetched) expect(address).toMatch(/^(?:data:|\$\{)/);
    // Counted rather than matched: the page has 9 MB, and nobody wants to read it in a report.
    const loads = text.match(
      /(?:@import\s|url\(|(?:import|Worker|importScripts)\(|\bfrom\s)\s*\\*["'`]\s*(?:https?:)?\/\//g,
    );
    expect(loads ?? []).toEqual([]);
    const networks = /\b(?:unpkg\.com|cdn\.jsdelivr\.net|esm\.sh|cdnjs\.cloudflare\.com|apollographql\.com)/g;
    expect(text.match(networks) ?? []).toEqual([]);
  });

  it('gives way to no page of another maker for an address with a query', async () => {
    const server = await startTestServer();

    const { text } = await open(`${server.url}/graphql?query={health{status}}`);

    expect(text.match(/[\w.-]*apollographql\.com/g) ?? []).toEqual([]);
  });

  it.each([
    ['in production', PRODUCTION, ''],
    ['in production with a query', PRODUCTION, '?query={health{status}}'],
    ['where EXPLORER is off', { EXPLORER: 'off' }, ''],
  ] as [string, Record<string, string>, string][])('is JSON with a code %s', async (_where, env, query) => {
    const server = await startTestServer({ env });

    const { status, type, text } = await open(`${server.url}/graphql${query}`);

    expect({ status, type }).toEqual({ status: 400, type: expect.stringMatching(/^application\/json/) });
    expect(JSON.parse(text).errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
  });

  it('is served in production where EXPLORER says so', async () => {
    const server = await startTestServer({ env: { ...PRODUCTION, EXPLORER: 'on' } });

    expect(titleOf((await open(`${server.url}/graphql`)).text)).toBe('Lectern');
  });

  it('opens with the tabs that it was given', async () => {
    const query = 'query MyOwnQuestion { health { status } }';
    const server = await startTestServer({ explorerTabs: async () => [{ query }] });

    expect((await open(`${server.url}/graphql`)).text.includes(query)).toBe(true);
  });
});

describe('the explorer’s fetcher', () => {
  /** The function as it stands in the page, run as in a browser that has opened it. */
  const fetcherOf = async (url: string): Promise<typeof explorerFetcher> => {
    const source = explorerFetcher.toString();
    expect((await open(`${url}/graphql`)).text.includes(source)).toBe(true);
    return new Function('location', `return ${source}`)({ href: `${url}/graphql` });
  };

  it('sends queries, with the headers of the Headers pane', async () => {
    const server = await startTestServer();
    const { token, username } = await instructor(server);
    const fetcher = await fetcherOf(server.url);
    const query = '{ me { username } }';

    const headers = { authorization: `Bearer ${token}` };

    expect(await fetcher({ query }, { headers, documentAST: parse(query) })).toEqual({ data: { me: { username } } });
    expect(await fetcher({ query }, {})).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('streams a subscription as it comes, with the token of the Headers pane', async () => {
    const model = await startScriptedModel();
    const server = await startTestServer({ env: model.env });
    const ina = await instructor(server);
    const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, ina.token);
    const call = await model.nextCall();
    const fetcher = await fetcherOf(server.url);
    const query = `query Other { health { status } } subscription Follow { tutorTokens(chatId: ${askTutor.id}) {
      ... on TutorToken { text } ... on TutorDone { chat { status } } } }`;

    const how = { headers: { Authorization: `Bearer ${ina.token}` }, documentAST: parse(query) };
    const results = fetcher({ query, operationName: 'Follow' }, how) as AsyncGenerator;
    call.say('Because ');
    expect((await results.next()).value).toEqual({ data: { tutorTokens: { text: 'Because ' } } });
    call.say('it is.').finish();

    const rest = [];
    for await (const result of results) rest.push(result);
    expect(rest.at(-1)).toEqual({ data: { tutorTokens: { chat: { status: 'COMPLETED' } } } });
  });

  it('shows why a subscription was refused', async () => {
    const server = await startTestServer();
    const fetcher = await fetcherOf(server.url);
    const query = 'subscription { tutorTokens(chatId: 1) { __typename } }';

    const results = fetcher({ query }, { documentAST: parse(query), headers: {} }) as AsyncGenerator;

    expect((await results.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect((await results.next()).done).toBe(true);
  });
});

describe('introspection', () => {
  it.each([
    ['development', {}],
    ['production where INTROSPECTION says so', { ...PRODUCTION, INTROSPECTION: 'true' }],
  ] as [string, Record<string, string>][])('is answered in %s', async (_where, env) => {
    const server = await startTestServer({ env });

    expect((await request(server.url, INTROSPECTION, {})).data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    const socket = await RawSocket.connect(server.url);
    socket.subscribe('1', '{ __schema { queryType { name } } }');
    expect((await socket.next('next')).payload.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
  });

  it('is refused in production, over HTTP and over WebSocket', async () => {
    const server = await startTestServer({ env: PRODUCTION });

    expect((await refused(server.url, INTROSPECTION, {})).code).toBe('GRAPHQL_VALIDATION_FAILED');
    const socket = await RawSocket.connect(server.url);
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "Account") { name } }']) {
      socket.subscribe('1', query);
      const { payload } = await socket.next('error');
      expect(payload[0].extensions).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
    }
    socket.subscribe('2', '{ __typename }');
    expect((await socket.next('next')).payload).toEqual({ data: { __typename: 'Query' } });
  });
});

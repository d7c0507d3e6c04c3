import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { RawSocket } from '../server/raw-socket.js';
import { startTestServer, type TestServer, temporaryFolder } from '../support/server.js';

const MANIFEST = join(import.meta.dirname, '../support/generated/persisted-documents.json');
const HEALTH = '{ health { status } }';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const byHash = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

async function post({ url }: TestServer, body: object) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
  return errors?.[0]?.extensions.code ?? data;
}

async function get({ url }: TestServer, params: Record<string, string>) {
  const response = await fetch(`${url}/graphql?${new URLSearchParams(params)}`, {
    headers: { 'apollo-require-preflight': 'true' },
  });
  return ((await response.json()) as { data: unknown }).data;
}

async function overSocket({ url }: TestServer, payload: { query?: string; extensions?: object }, refused = false) {
  const socket = await RawSocket.connect(url);
  socket.send({ id: '1', type: 'subscribe', payload: { query: '', ...payload } });
  if (refused) return (await socket.next('error')).payload[0].extensions.code;
  return (await socket.next('next')).payload.data;
}

describe('a document by its hash', () => {
  it('is asked for once, registered with its text, and known from then on, by POST, GET and WebSocket', async () => {
    const server = await startTestServer();
    const hash = sha256(HEALTH);
    expect(await post(server, byHash(hash))).toBe('PERSISTED_QUERY_NOT_FOUND');

    expect(await post(server, { query: HEALTH, ...byHash(hash) })).toEqual({ health: { status: 'ok' } });

    expect(await post(server, byHash(hash))).toEqual({ health: { status: 'ok' } });
    expect(await get(server, { extensions: JSON.stringify(byHash(hash).extensions) })).toEqual({
      health: { status: 'ok' },
    });
    expect(await overSocket(server, byHash(hash))).toEqual({ health: { status: 'ok' } });
  });

  it('is refused when the hash is of another text, or is none', async () => {
    const server = await startTestServer();
    expect(await post(server, { query: HEALTH, ...byHash(sha256('another')) })).toBe('BAD_REQUEST');
    expect(await post(server, byHash('short'))).toBe('BAD_REQUEST');
    expect(await post(server, { query: HEALTH, extensions: { persistedQuery: { version: 2 } } })).toBe('BAD_REQUEST');
  });
});

describe('trusted documents', () => {
  const [[name = '', text = ''] = []] = Object.entries(
    JSON.parse(readFileSync(MANIFEST, 'utf8')) as Record<string, string>,
  ).filter(([, each]) => each.startsWith('query Health'));
  const hash = name.replace('sha256:', '');

  it.each([
    ['only', 'DOCUMENT_NOT_TRUSTED'],
    ['prefer', { health: { status: 'ok' } }],
  ])('where the setting is %s', async (mode, ofAnother) => {
    const server = await startTestServer({ env: { TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_FILE: MANIFEST } });
    const trusted = { health: expect.objectContaining({ status: 'ok' }) };
    expect(await post(server, byHash(hash))).toEqual(trusted);
    expect(await post(server, byHash(name))).toEqual(trusted);
    expect(await post(server, { query: text })).toEqual(trusted);
    expect(await overSocket(server, byHash(hash))).toEqual(trusted);

    expect(await post(server, { query: HEALTH })).toEqual(ofAnother);
    expect(await overSocket(server, { query: HEALTH }, mode === 'only')).toEqual(ofAnother);
  });

  it('are also read from the manifest that Apollo’s tools write', async () => {
    const file = join(temporaryFolder(), 'manifest.json');
    const operations = [{ id: sha256(HEALTH), name: 'Health', type: 'query', body: HEALTH }];
    writeFileSync(file, JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
    const server = await startTestServer({ env: { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILE: file } });
    expect(await post(server, byHash(sha256(HEALTH)))).toEqual({ health: { status: 'ok' } });
  });

  it.each([
    ['is not there', null],
    ['is no manifest', '[]'],
    ['names another hash than that of its text', JSON.stringify({ [sha256('other')]: HEALTH })],
  ])('stop the start when the manifest %s', async (_what, content) => {
    const file = join(temporaryFolder(), 'manifest.json');
    if (content !== null) writeFileSync(file, content);
    const env = { TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILE: file };
    await expect(startTestServer({ env })).rejects.toThrow(/TRUSTED_DOCUMENTS_FILE/);
  });
});

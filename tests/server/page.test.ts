import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/server/config.js';
import { rawGet } from '../support/raw-get.js';
import { startTestServer, temporaryFolder } from '../support/server.js';

const INDEX = '<!doctype html><title>A page</title>';
const SCRIPT = 'console.log("a script of the page")';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const PRODUCTION = { NODE_ENV: 'production', JWT_SECRET: 'a secret of more than thirty-two bytes' };

/** A built page: an index, a script with its compressed form, and a file of a type that no page has. */
function builtPage(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), INDEX);
  writeFileSync(join(folder, 'assets/app-Ab12.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/app-Ab12.js.gz'), gzipSync(SCRIPT));
  writeFileSync(join(folder, 'notes.secret'), 'not of the page');
  return folder;
}

describe('a page', () => {
  it('is served at / and at its own addresses, with a policy that runs its own scripts alone', async () => {
    const server = await startTestServer({ env: { PAGE_DIR: builtPage() } });

    for (const path of ['/', '/index.html', '/lessons/1?t=5', '/anything']) {
      const { status, headers, body } = await rawGet(server.url + path, BROWSER);
      expect([path, status, body.toString()]).toEqual([path, 200, INDEX]);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
      expect(headers['content-security-policy']).not.toMatch(/unsafe/);
    }
  });

  it('is kept by browsers: its built files for ever, its index until it is another', async () => {
    const server = await startTestServer({ env: { PAGE_DIR: builtPage() } });

    const script = await rawGet(`${server.url}/assets/app-Ab12.js`);
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
    });
    const index = await rawGet(server.url, BROWSER);
    const again = await rawGet(server.url, { ...BROWSER, 'if-none-match': String(index.headers.etag) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    expect((await rawGet(server.url, { ...BROWSER, 'if-none-match': '"another"' })).status).toBe(200);
  });

  it('is sent compressed to who can read that', async () => {
    const server = await startTestServer({ env: { PAGE_DIR: builtPage() } });
    const get = (encoding: string) => rawGet(`${server.url}/assets/app-Ab12.js`, { 'accept-encoding': encoding });

    const gzipped = await get('deflate, gzip;q=0.9, br');
    expect(gzipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(gunzipSync(gzipped.body).toString()).toBe(SCRIPT);
    const plain = await get('gzip;q=0, br');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe(SCRIPT);
    expect(plain.headers.etag).not.toBe(gzipped.headers.etag);
  });

  it.each([
    ['/health', 200],
    ['/ready', 200],
    // What a browser may send from a form of anybody's: refused, as without a page.
    ['/graphql?query={health{status}}', 400],
    ['/graphql/else', 404],
    ['/media/videos/1', 403],
    ['/media/else', 404],
    ['/metrics', 404],
    ['/assets/gone-Cd34.js', 404],
    ['/notes.secret', 404],
    ['/..%2fpackage.json', 404],
    ['/assets/../../package.json', 404],
  ])('leaves %s to the server', async (path, status) => {
    const server = await startTestServer({ env: { PAGE_DIR: builtPage() } });

    const answer = await rawGet(server.url + path, BROWSER);

    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/(?:graphql-response\+)?json/);
  });

  it('is no answer to who asks for something else, or sends something', async () => {
    const server = await startTestServer({ env: { PAGE_DIR: builtPage() } });

    expect((await rawGet(`${server.url}/lessons/1`, { accept: 'application/json' })).status).toBe(404);
    expect((await fetch(`${server.url}/lessons/1`, { method: 'POST', headers: BROWSER })).status).toBe(404);
    const head = await fetch(server.url, { method: 'HEAD', headers: BROWSER });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it.each([
    ['is not there without PAGE_DIR', false, {}, 404],
    ['is not there in production without PAGE_DIR', false, PRODUCTION, 404],
    ['is there in production with it', true, PRODUCTION, 200],
  ] as [string, boolean, Record<string, string>, number][])('%s', async (_name, isSet, env, status) => {
    const server = await startTestServer({ env: { ...env, ...(isSet && { PAGE_DIR: builtPage() }) } });

    expect((await rawGet(server.url, BROWSER)).status).toBe(status);
  });

  it('must be there', () => {
    const env = { DATA_DIR: temporaryFolder(), PAGE_DIR: temporaryFolder() };
    expect(() => readConfig(env)).toThrow(/PAGE_DIR cannot be used.*no index\.html/);
  });
});

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const INDEX = '/index.html';
const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
/** Beside a file: the same, compressed when the page was built. In the order of preference. */
const ENCODINGS = { br: '.br', gzip: '.gz' } as const;

/** It runs its own scripts alone, makes no markup of texts, and talks to this server; videos may be linked from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' https: data:",
  "media-src 'self' https:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Addresses of the server itself: what is not found there is no address of the page's. */
const OURS = /^\/(?:graphql|health|ready|metrics|media|uploads)(?:\/|$)/;

export interface Page {
  /** Whether a browser opens what may be an address within the page, which the page's own router knows. */
  opens(request: FastifyRequest): boolean;
  sendIndex(request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

interface StoredFile {
  type: string;
  etag: string;
  body: Buffer;
  encoded: Partial<Record<keyof typeof ENCODINGS, Buffer>>;
}

/**
 * Serves a built page from memory: each of its files at its own path, `index.html` at `/`. No path is ever looked for on
 * the disk, and the server's own addresses stay as they are.
 * @throws when the folder has no `index.html`
 */
export function servePage(http: FastifyInstance, folder: string): Page {
  const files = readPage(folder);
  const index = files.get(INDEX);
  if (!index) throw new Error(`There is no page in ${folder}: it has no index.html.`);
  for (const [path, file] of files) {
    // Names of built files hold a hash of what is in them.
    const cache = path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
    if (!OURS.test(path)) http.get(path, (request, reply) => send(request, reply, file, cache));
  }
  const sendIndex: Page['sendIndex'] = (request, reply) => send(request, reply, index, 'no-cache');
  http.get('/', sendIndex);
  return {
    opens({ method, url, headers }) {
      const path = url.split('?', 1)[0] ?? '';
      return (
        (method === 'GET' || method === 'HEAD') &&
        (headers.accept ?? '').includes('text/html') &&
        !OURS.test(path) &&
        extname(path) === ''
      );
    },
    sendIndex,
  };
}

function send(request: FastifyRequest, reply: FastifyReply, file: StoredFile, cache: string): FastifyReply {
  const encoding = acceptedEncoding(request.headers['accept-encoding'] ?? '', file);
  const etag = `"${file.etag}${encoding ? `-${encoding}` : ''}"`;
  reply.header('cache-control', cache).header('vary', 'Accept-Encoding').header('etag', etag);
  if (file.type.startsWith('text/html')) reply.header('content-security-policy', POLICY);
  const known = request.headers['if-none-match']?.split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known?.includes(etag)) return reply.code(304).send();
  reply.type(file.type);
  if (!encoding) return reply.send(file.body);
  return reply.header('content-encoding', encoding).send(file.encoded[encoding]);
}

function acceptedEncoding(accept: string, { encoded }: StoredFile): keyof typeof ENCODINGS | null {
  const accepted = accept
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each))
    .map((each) => each.split(';', 1)[0]?.trim());
  const names = Object.keys(ENCODINGS) as (keyof typeof ENCODINGS)[];
  return names.find((name) => encoded[name] && accepted.includes(name)) ?? null;
}

function readPage(folder: string): Map<string, StoredFile> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const files = new Map<string, StoredFile>();
  for (const path of paths) {
    const type = TYPES[extname(path)];
    if (!type) continue;
    const body = readFileSync(path);
    const encoded: StoredFile['encoded'] = {};
    for (const [name, suffix] of Object.entries(ENCODINGS)) {
      if (paths.includes(path + suffix)) encoded[name as keyof typeof ENCODINGS] = readFileSync(path + suffix);
    }
    const etag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
    files.set(path.slice(folder.replace(/\/+$/, '').length).replaceAll('\\', '/'), { type, etag, body, encoded });
  }
  return files;
}

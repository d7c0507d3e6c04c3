import type { Config } from '../shared/config.js';

/** On every answer: nothing of ours is a page, save the explorer, which has a policy of its own. */
export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['content-security-policy', "default-src 'none'"],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['origin-agent-cluster', '?1'],
  ['referrer-policy', 'no-referrer'],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
  ['x-content-type-options', 'nosniff'],
  ['x-dns-prefetch-control', 'off'],
  ['x-download-options', 'noopen'],
  ['x-frame-options', 'SAMEORIGIN'],
  ['x-permitted-cross-domain-policies', 'none'],
  ['x-xss-protection', '0'],
];

export const EXPOSED_HEADERS = ['x-request-id', 'retry-after'];

/** What a page of another origin may read of an answer: nothing unless its origin is configured. Never reflected. */
export function corsHeaders({ corsOrigins }: Config, origin: string | undefined): (readonly [string, string])[] {
  if (corsOrigins.length === 0) return [];
  const exposed = ['access-control-expose-headers', EXPOSED_HEADERS.join(', ')] as const;
  const allowed = origin !== undefined && corsOrigins.includes(origin);
  return [['vary', 'Origin'], ...(allowed ? [['access-control-allow-origin', origin] as const] : []), exposed];
}

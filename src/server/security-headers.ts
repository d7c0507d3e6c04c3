import type { Config } from '../shared/config.js';

/**
 * On every answer, as the OWASP REST Security Cheat Sheet has them for what is no page. The explorer, which is one, has
 * a policy of its own.
 */
export const SECURITY_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['strict-transport-security', 'max-age=31536000; includeSubDomains'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
];

export const EXPOSED_HEADERS = ['x-request-id', 'retry-after'];

/** What a page of another origin may read of an answer: nothing unless its origin is configured. Never reflected. */
export function corsHeaders({ corsOrigins }: Config, origin: string | undefined): (readonly [string, string])[] {
  if (corsOrigins.length === 0) return [];
  const exposed = ['access-control-expose-headers', EXPOSED_HEADERS.join(', ')] as const;
  const allowed = origin !== undefined && corsOrigins.includes(origin);
  return [['vary', 'Origin'], ...(allowed ? [['access-control-allow-origin', origin] as const] : []), exposed];
}

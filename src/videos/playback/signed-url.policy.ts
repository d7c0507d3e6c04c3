import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Config } from '../../shared/config.js';

/** What addresses are made from. */
export type Signer = Pick<Config, 'publicUrl' | 'jwtSecret'>;

/** The query string's part of a signed address. */
export interface Signed {
  expires?: string | undefined;
  signature?: string | undefined;
}

/** An address that this server takes until a moment (seconds since 1970) and from whoever has it. */
export function signedUrl(signer: Signer, path: string, expires: number): string {
  return `${signer.publicUrl ?? ''}${path}?expires=${expires}&signature=${sign(signer, path, expires)}`;
}

/** Whether an address was signed by us and has not ended. The path is the one that was signed, never decoded. */
export function verdict(signer: Signer, path: string, signed: Signed, nowMs: number): 'valid' | 'expired' | 'forged' {
  const { expires = '', signature = '' } = signed;
  if (typeof expires !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(expires)) return 'forged';
  const right = Buffer.from(sign(signer, path, Number(expires)));
  const given = Buffer.from(signature);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return 'forged';
  return nowMs < Number(expires) * 1000 ? 'valid' : 'expired';
}

function sign(signer: Signer, path: string, expires: number): string {
  return createHmac('sha256', keyOf(signer.jwtSecret)).update(`${path}?expires=${expires}`).digest('base64url');
}

const keys = new Map<string, Buffer>();

/** A key of its own: a signature over an address can never pass for one of an access token. */
function keyOf(secret: string): Buffer {
  const known = keys.get(secret);
  if (known) return known;
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'lectern signed addresses', 32));
  keys.set(secret, key);
  return key;
}

import { isIP } from 'node:net';
import { checkMediaUrl, isPrivateAddress } from '../../courses/media-url.policy.js';
import { badInput, CodedError } from '../../shared/coded-error.js';
import type { Outgoing, Target } from './outgoing.js';

/** An https address of the public internet by its form. @throws BAD_USER_INPUT on `url` */
export function checkLink(text: string): URL {
  // As in production: a link is fetched by this server, and never without encryption.
  return new URL(checkMediaUrl('url', text, { production: true }));
}

/**
 * The addresses to connect to for a link. Its name is resolved here and never again: what the name says later, to
 * whomever, leads nobody into the private network.
 * @throws BAD_USER_INPUT on `url` when any of its addresses is private, LINK_UNREACHABLE when it has none
 */
export async function resolvePublic(outgoing: Outgoing, url: URL): Promise<Target[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const addresses = isIP(host) ? [host] : await outgoing.resolve(host).catch(unresolved);
  if (addresses.length === 0) throw unreachable('This name has no address.');
  if (addresses.some(isPrivateAddress)) {
    throw badInput('url', 'This address is of a private network. Give a public https address.');
  }
  return addresses.map((address) => ({ host, address, port: Number(url.port || 443) }));
}

/** A fault of the other side. */
export function unreachable(why: string): CodedError {
  return new CodedError('LINK_UNREACHABLE', `${why} Open the link in a browser, and give one that shows the video.`);
}

/** A fault of the other side that may pass. */
export class Unavailable extends CodedError {
  constructor(why: string) {
    super('LINK_UNREACHABLE', `${why} It was tried several times: try again later.`);
  }
}

function unresolved(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return [];
  throw new Unavailable('The name of this link could not be resolved.');
}

import { BlockList, isIP } from 'node:net';
import { badInput } from '../shared/coded-error.js';
import type { Config } from '../shared/config.js';

/**
 * A URL that a browser of a student may be sent to: https (http too in development), no user info, and no host that
 * stands for this machine or a private network in any notation: the URL parser has made "0x7f.1" into 127.0.0.1 before
 * it is looked at. Nothing is fetched here.
 * @throws BAD_USER_INPUT on `field`
 */
export function checkMediaUrl(field: string, text: string, facts: { production: boolean }): string {
  const refuse = (why: string) => badInput(field, `${why} Give a public https address.`);
  if (text.length > 2048) throw refuse('This address is longer than 2,048 characters.');
  if (!URL.canParse(text)) throw refuse('This is no address.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && (url.protocol !== 'http:' || facts.production)) {
    throw refuse('This address is not https.');
  }
  if (url.username || url.password) throw refuse('This address carries a user name.');
  if (isPrivateHost(url.hostname)) throw refuse('This address is of a private network.');
  return url.href;
}

/** Whether an address is one that this server gives for an uploaded video: it ends, so nothing may be linked to it. */
export function isServedHere(text: string | null, { publicUrl }: Pick<Config, 'publicUrl'>): boolean {
  return publicUrl !== null && (text ?? '').startsWith(`${publicUrl}/media/`);
}

/** Whether an IP address is of this machine, a private network or another that is not of the public internet. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  return family === 0 || privateNetworks.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const family = isIP(host);
  if (family === 4) return privateNetworks.check(host, 'ipv4');
  if (family === 6) return privateNetworks.check(host, 'ipv6');
  // A name without a dot is a machine of the local network.
  return !host.includes('.') || /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|onion)$/i.test(host);
}

/** IANA's special-purpose registries (RFC 6890 and later). IPv4-mapped IPv6 is checked as IPv4 by BlockList. */
const privateNetworks = new BlockList();
const IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;
const IPV6 = [
  ['::', 96],
  ['64:ff9b::', 32],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 9],
  ['ff00::', 8],
] as const;
for (const [net, bits] of IPV4) privateNetworks.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of IPV6) privateNetworks.addSubnet(net, bits, 'ipv6');

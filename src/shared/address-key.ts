import { isIPv6 } from 'node:net';

/**
 * What to count an address by. A client of IPv6 has a whole /64 to itself and a new address for the asking: so its
 * first four groups stand for it.
 */
export function addressKey(address: string): string {
  // Most addresses: without the cost of two expressions for each request.
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.toLowerCase().split('%', 1)[0]?.split('::') ?? [];
  const groups = (part: string | undefined) => (part ? part.split(':').map((group) => parseInt(group, 16)) : []);
  const before = groups(head);
  const after = groups(tail);
  // What `::` stands for; an IPv4 address at the end takes the place of two groups, and is never among the first four.
  const missing = tail === undefined ? 0 : 8 - before.length - after.length - (tail.includes('.') ? 1 : 0);
  const all = [...before, ...Array<number>(missing).fill(0), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

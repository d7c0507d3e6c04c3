import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';
import type { Config } from '../shared/config.js';

export type Trust = (address: string, hop: number) => boolean;

/** Whom TRUST_PROXY believes: nobody, the so many nearest hops, or the proxies at these addresses. */
export function trustOf(proxies: Config['trustProxy']): Trust {
  if (typeof proxies === 'number') return (_address, hop) => hop < proxies;
  if (typeof proxies === 'string') return proxyAddr.compile(proxies.split(',').map((each) => each.trim()));
  return () => proxies;
}

/** Reads the client's address as far as it can be believed; of requests that Fastify does not see. */
export function addressReader(proxies: Config['trustProxy']): (request: IncomingMessage) => string {
  if (proxies === false) return ({ socket }) => socket.remoteAddress ?? '';
  const trust = trustOf(proxies);
  return (request) => proxyAddr(request, trust);
}

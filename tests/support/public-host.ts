import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Outgoing, Target } from '../../src/videos/links/outgoing.js';
import { afterTest } from './server.js';

const pem = (name: string) => readFileSync(join(import.meta.dirname, 'tls', `${name}.pem`));

/** Of a documentation network to people, of the public internet to the server. */
export const PUBLIC_ADDRESS = '93.184.216.34';

export interface PublicHost extends Outgoing {
  /** Names that were resolved, in order. */
  resolved: string[];
  /** Connections that were made, in order. */
  connected: Target[];
  /** Paths that were asked for. */
  asked: string[];
  /** What names resolve to; any other is at the public address. */
  names: Record<string, string[]>;
}

/**
 * An https server of the test that passes for one of the public internet: `video.example` and `other.example` have
 * certificates of an authority that the server under test trusts for these connections.
 */
export async function startPublicHost(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<PublicHost> {
  const host = { resolved: [], connected: [], asked: [], names: {} } as Omit<PublicHost, keyof Outgoing>;
  const server = createServer({ key: pem('key'), cert: pem('cert') }, (request, response) => {
    host.asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(host, {
    async resolve(name: string) {
      host.resolved.push(name);
      const addresses = host.names[name] ?? [PUBLIC_ADDRESS];
      if (addresses.length === 0) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
      return addresses;
    },
    connect(target: Target) {
      host.connected.push(target);
      return new Promise<Socket>((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port, servername: target.host, ca: pem('ca') });
        socket.once('secureConnect', () => resolve(socket));
        socket.once('error', reject);
      });
    },
  });
}

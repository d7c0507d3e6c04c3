import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { connect } from 'node:tls';

/** A server of the public internet, by the address that its name was resolved to. */
export interface Target {
  host: string;
  address: string;
  port: number;
}

/** The way out to addresses that people give: what a test puts its own network in place of. */
export interface Outgoing {
  /** All addresses of a name. Throws what `dns.lookup` throws. */
  resolve(host: string): Promise<string[]>;
  /** A TLS connection whose certificate is the host's; fails when the signal is aborted. */
  connect(target: Target, signal: AbortSignal): Promise<Socket>;
}

export const internet: Outgoing = {
  async resolve(host) {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
  connect({ host, address, port }, signal) {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: address,
        port,
        // Checked against the name, not the address that we pinned. A server name is never an address (RFC 6066).
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ALPNProtocols: ['http/1.1'],
      });
      const abort = () => socket.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
      signal.addEventListener('abort', abort);
      socket.once('secureConnect', () => {
        signal.removeEventListener('abort', abort);
        resolve(socket);
      });
      socket.once('error', reject);
    });
  },
};

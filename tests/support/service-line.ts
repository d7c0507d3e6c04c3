import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterTest } from './server.js';

/** A line to PostgreSQL or Redis that a test may cut, hold up and listen to. */
export interface ServiceLine {
  /** The address of the service over this line. */
  url: string;
  /** Refuses new connections and cuts those there are. */
  cut(): Promise<void>;
  /** Lets connections through again. */
  mend(): Promise<void>;
  /** Lets nothing through from now on, and closes nothing, as a network that is split; or lets all go on. */
  hold(held: boolean): void;
  /**
   * Called with what goes to the service: gives what becomes of that connection.
   * `before` cuts it before the service has it, `after` when the service has answered.
   */
  onSent(look: (text: string) => 'pass' | 'before' | 'after'): void;
}

export async function startServiceLine(address: string): Promise<ServiceLine> {
  const { hostname, port } = new URL(address);
  const open = new Set<Socket>();
  let look: (text: string) => 'pass' | 'before' | 'after' = () => 'pass';
  let held = false;
  const waiting: (() => void)[] = [];
  const through = (send: () => void) => void (held ? waiting.push(send) : send());

  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    open.add(client);
    let cutAfter = false;
    client.on('data', (chunk) => {
      const fate = look(chunk.toString('latin1'));
      if (fate === 'before') return void client.destroy();
      cutAfter = fate === 'after';
      through(() => upstream.write(chunk));
    });
    upstream.on('data', (chunk) => {
      if (cutAfter) return void client.destroy();
      through(() => client.write(chunk));
    });
    client.on('close', () => open.delete(client));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
    }
  });
  let listeningAt = 0;
  const listen = async () => {
    await new Promise<void>((resolve) => server.listen(listeningAt, '127.0.0.1', resolve));
    listeningAt = (server.address() as AddressInfo).port;
  };
  const cut = () => closed(server, open);
  await listen();
  afterTest(cut);
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String(listeningAt);
  return {
    url: url.href,
    cut,
    mend: listen,
    hold(next) {
      held = next;
      if (!held) for (const send of waiting.splice(0)) send();
    },
    onSent(next) {
      look = next;
    },
  };
}

async function closed(server: Server, open: Set<Socket>): Promise<void> {
  const gone = new Promise((resolve) => server.close(resolve));
  for (const socket of open) socket.destroy();
  await gone;
}

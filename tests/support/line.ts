import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterTest } from './server.js';

export interface Line {
  /** Where a client finds the server through it. */
  url: string;
  /** Breaks all that is connected, as a lost network does. */
  cut(): void;
  /** Breaks what is connected, and whatever connects until it is mended. */
  breakDown(): void;
  mend(): void;
  /** Lets nothing through of what is connected now, or of what connects next when none is, and breaks nothing. */
  fallSilent(): void;
  /** Leads to another server from now on. */
  leadTo(url: string): void;
}

/** A line to a server that the test cuts when it likes. */
export async function startLine(url: string): Promise<Line> {
  let target = new URL(url);
  let broken = false;
  let isNextSilent = false;
  const open = new Set<Socket>();
  const silent = new Set<Socket>();
  const server = createServer((client) => {
    if (broken) return client.destroy();
    const upstream = connect(Number(target.port), target.hostname);
    if (isNextSilent) silent.add(client).add(upstream);
    isNextSilent = false;
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(socket);
      socket.on('data', (chunk) => silent.has(socket) || other.write(chunk));
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        if (!silent.has(socket)) other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  afterTest(async () => {
    cut();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    breakDown() {
      broken = true;
      cut();
    },
    mend() {
      broken = false;
    },
    fallSilent() {
      isNextSilent = open.size === 0;
      for (const socket of open) silent.add(socket);
    },
    leadTo(next) {
      target = new URL(next);
    },
  };
}

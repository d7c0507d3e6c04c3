import { type AddressInfo, connect, createServer } from 'node:net';
import { afterTest } from './server.js';

/** A line to a server that breaks in its first connection, after so many bytes that go to the server. */
export async function startBreakingLine(url: string, afterBytes: number): Promise<{ url: string; breaks: number }> {
  const { hostname, port } = new URL(url);
  const line = { url: '', breaks: 0 };
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let bytes = 0;
    client.on('data', (chunk) => {
      bytes += chunk.length;
      upstream.write(chunk);
      if (line.breaks > 0 || bytes < afterBytes) return;
      line.breaks++;
      client.destroy();
      upstream.end();
    });
    upstream.on('data', (chunk) => client.write(chunk));
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.on('error', () => {});
      socket.on('close', () => other.end());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(async () => void server.close());
  line.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return line;
}

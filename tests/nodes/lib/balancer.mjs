// A load balancer as they are: each connection goes to the next node that is ready, and those of a node that does not
// answer any more are ended.
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, createServer } from 'node:net';

const CHECK_MS = 500;
const PATIENCE_MS = 1000;

export async function startBalancer(nodes) {
  const ways = nodes.map((node) => ({ node, isUp: true, sockets: new Set() }));
  let turn = 0;
  const server = createServer((client) => {
    client.on('error', () => {});
    const up = ways.filter(({ isUp }) => isUp);
    const way = up[turn++ % Math.max(1, up.length)];
    if (!way) return client.destroy();
    const upstream = connect(way.node.port, '127.0.0.1');
    way.sockets.add(client);
    client.once('close', () => {
      way.sockets.delete(client);
      upstream.destroy();
    });
    upstream.on('error', () => {});
    upstream.once('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  const timer = setInterval(() => {
    for (const way of ways) {
      isReady(way.node.port).then((isUp) => {
        way.isUp = isUp;
        // Draining answers "not ready", and ends its connections by itself.
        if (isUp === null) for (const socket of way.sockets) socket.destroy();
      });
    }
  }, CHECK_MS);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    stop() {
      clearInterval(timer);
      server.close();
    },
  };
}

/** Null for a node that does not answer at all. */
function isReady(port) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/ready', agent: false, timeout: PATIENCE_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(null));
  });
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { ROOT } from './process.js';
import { afterTest } from './server.js';

/** Whether HAProxy is on this machine; says so when not, as the tests that need it are left out. */
export function balancerIsThere(): boolean {
  const there = spawnSync('haproxy', ['-v']).status === 0;
  if (!there) console.log('Left out: HAProxy is not on this machine (apt-get install haproxy).');
  return there;
}

/** HAProxy with the configuration that is shipped, before two nodes; ended after the test. Gives its address when it is ready. */
export async function startBalancer(nodes: [url: string, url: string]): Promise<string> {
  const [one, two] = nodes.map((url) => new URL(url).host);
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn('haproxy', ['-db', '-f', join(ROOT, 'deploy/haproxy.cfg')], {
    env: { PATH: process.env.PATH ?? '', LISTEN: listen, NODE_1: one, NODE_2: two },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  let ended = false;
  const exit = once(child, 'exit').then(() => {
    ended = true;
  });
  afterTest(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  while ((await statusOf(`http://${listen}/ready`)) !== 200) {
    if (ended) throw new Error(`HAProxy has ended:\n${output}`);
  }
  return `http://${listen}`;
}

function statusOf(url: string): Promise<number | null> {
  return fetch(url).then(
    ({ status }) => status,
    () => null,
  );
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { afterTest, startTestServer, type TestServer } from '../support/server.js';

/** An open connection from an address, and what the server has sent on it when it has closed it. */
async function open({ url }: TestServer, localAddress = '127.0.0.1') {
  const socket: Socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', localAddress });
  afterTest(async () => void socket.destroy());
  await once(socket, 'connect');
  let received = '';
  socket.on('data', (data) => {
    received += data;
  });
  const closed = once(socket, 'close').then(() => received);
  return { socket, closed };
}

/** Resolves with the status that the server answers with on this connection. */
async function isServed({ socket }: { socket: Socket }) {
  socket.write('GET /health HTTP/1.1\r\nhost: a\r\n\r\n');
  const [data] = await once(socket, 'data');
  return String(data).slice(9, 12);
}

describe('connections of one address', () => {
  it('beyond the limit are turned away with 429; those of another are not, and a closed one makes room', async () => {
    const server = await startTestServer({ env: { CONNECTIONS_PER_ADDRESS: '2' } });
    const first = await open(server);
    expect(await isServed(first)).toBe('200');
    expect(await isServed(await open(server))).toBe('200');

    const refusal = await (await open(server)).closed;
    expect(refusal).toContain('HTTP/1.1 429 ');
    expect(JSON.parse(refusal.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED' } }],
    });
    expect(await isServed(await open(server, '127.0.0.2'))).toBe('200');

    first.socket.destroy();
    let next = await open(server);
    while ((await Promise.race([isServed(next), next.closed.then(() => '429')])) === '429') next = await open(server);
  });

  it('are not counted of a proxy that is trusted', async () => {
    const server = await startTestServer({ env: { CONNECTIONS_PER_ADDRESS: '1', TRUST_PROXY: 'loopback' } });
    await open(server);
    expect(await isServed(await open(server))).toBe('200');
  });
});

it('connections beyond the limit for all are closed', async () => {
  const server = await startTestServer({ env: { CONNECTIONS: '1' } });
  await open(server);
  expect(await (await open(server, '127.0.0.2')).closed).toBe('');
});

describe('a connection that sends requests without waiting for answers', () => {
  const request = (query: string) => {
    const body = JSON.stringify({ query });
    const head = `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
    return `${head}\r\n\r\n${body}`;
  };

  it('is answered in order while it sends a few', async () => {
    const { url } = await startTestServer();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(request('{ a: __typename }') + request('{ b: __typename }') + request('{ c: __typename }'));
    let received = '';
    for await (const data of socket) {
      received += data;
      if (received.includes('{"c":"Query"}')) break;
    }
    expect(received.match(/"[abc]":"Query"/g)).toEqual(['"a":"Query"', '"b":"Query"', '"c":"Query"']);
  });

  it('is ended when it sends hundreds, and others are answered', async () => {
    const server = await startTestServer();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(request('{ __typename }').repeat(300));
    await new Promise((resolve) => socket.on('close', resolve));
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

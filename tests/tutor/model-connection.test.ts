import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { AskTutorDocument } from '../support/generated/graphql.js';
import { classroom } from '../support/people.js';
import { afterTest, startTestServer } from '../support/server.js';

const say = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const STOP = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

/** A model's server, its connections, and the paths and headers that were sent to it. */
async function modelServer(answer: (response: ServerResponse) => void) {
  const connections: Socket[] = [];
  const seen: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = [];
  const server: Server = createServer((request, response) => {
    seen.push({ url: request.url, headers: request.headers });
    request.resume().once('end', () => answer(response));
  });
  server.on('connection', (socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections, seen };
}

async function ask(url: string, env: Record<string, string> = {}) {
  const server = await startTestServer({ env: { OPENAI_BASE_URL: url, ...env } });
  const { sam, lessonId } = await classroom(server);
  return async () => {
    const input = { lessonId, message: 'Why?' };
    return (await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token)).askTutor;
  };
}

describe('the connection to a model’s server', () => {
  it('serves one call after the other', async () => {
    const model = await modelServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(say('Because.'));
      // In a packet of its own: the answer is over before its response is.
      response.write(STOP, () => setImmediate(() => response.end()));
    });
    const question = await ask(`${model.url}/v1`);
    for (let n = 0; n < 3; n++) expect(await question()).toMatchObject({ status: 'COMPLETED', response: 'Because.' });
    expect(model.connections).toHaveLength(1);
    expect(model.seen[0]?.headers).toMatchObject({
      host: new URL(model.url).host,
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      connection: 'keep-alive',
    });
  });

  it('is closed when the server leaves it open after its last word', async () => {
    const closed = Promise.withResolvers<void>();
    const model = await modelServer((response) => {
      response.once('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(say('Because.') + STOP);
    });
    const question = await ask(`${model.url}/v1`);
    expect(await question()).toMatchObject({ status: 'COMPLETED', response: 'Because.' });
    await closed.promise;
  });

  it('is closed when the answer has reached its size', async () => {
    const closed = Promise.withResolvers<void>();
    const model = await modelServer((response) => {
      response.once('close', () => closed.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(say('x'.repeat(2000)));
    });
    const question = await ask(`${model.url}/v1`, { TUTOR_MAX_ANSWER_BYTES: '1024' });
    expect(await question()).toMatchObject({ status: 'COMPLETED', response: 'x'.repeat(1024), truncated: true });
    await closed.promise;
  });

  it.each([
    ['a path', '/openai/v1', '/openai/v1/chat/completions'],
    ['a path that ends in a slash', '/v1/', '/v1/chat/completions'],
    ['no path', '', '/chat/completions'],
    ['a query', '/v1?api-version=1', '/v1/chat/completions?api-version=1'],
  ])('goes to OPENAI_BASE_URL with %s', async (_what, base, path) => {
    const model = await modelServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(say('Because.') + STOP);
    });
    await (await ask(`${model.url}${base}`))();
    expect(model.seen[0]).toMatchObject({ url: path });
    // Nobody’s key is sent where none is configured.
    expect(model.seen[0]?.headers.authorization).toBeUndefined();
  });

  it('carries the key', async () => {
    const model = await modelServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(say('Because.') + STOP);
    });
    await (await ask(model.url, { OPENAI_API_KEY: 'sk-of-the-school' }))();
    expect(model.seen[0]?.headers).toMatchObject({ authorization: 'Bearer sk-of-the-school' });
  });
});

import { describe, expect, it } from '@jest/globals';
import jwt from 'jsonwebtoken';
import WebSocket from 'ws';
import { disable } from '../../src/accounts/administer.service.js';
import { settableClock } from '../accounts/clock.js';
import { ok } from '../support/client.js';
import { LogoutDocument } from '../support/generated/graphql.js';
import { student } from '../support/people.js';
import { afterTest, startTestServer } from '../support/server.js';
import { RawSocket } from './raw-socket.js';

const ME = '{ me { username } }';

describe('a socket’s token', () => {
  it.each(['authorization', 'Authorization', 'AUTHORIZATION'])('is read from connectionParams.%s', async (name) => {
    const server = await startTestServer();
    const { token, username } = await student(server);
    const socket = new RawSocket(server.url);

    await socket.init({ [name]: `Bearer ${token}` });
    await socket.next('connection_ack');
    socket.subscribe('1', ME);

    expect((await socket.next('next')).payload).toEqual({ data: { me: { username } } });
  });

  it('is read from the handshake’s header where a client can set one', async () => {
    const server = await startTestServer();
    const { token, username } = await student(server);
    const headers = { authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    afterTest(async () => socket.terminate());
    const messages: string[] = [];

    const answered = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        const { type, payload } = JSON.parse(String(data));
        if (type === 'connection_ack') {
          socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: ME } }));
        }
        if (type === 'next') messages.push(payload);
        if (type === 'complete') resolve();
      });
    });
    socket.once('open', () => socket.send('{"type":"connection_init"}'));
    await answered;

    expect(messages).toEqual([{ data: { me: { username } } }]);
  });

  it.each([
    ['garbage', 'Bearer garbage'],
    ['no token', 'Bearer '],
    ['another scheme', 'Basic c2FtOnNlY3JldA=='],
  ])('closes the socket with 4403 when it is %s', async (_what, authorization) => {
    const server = await startTestServer();
    const socket = new RawSocket(server.url);

    await socket.init({ authorization });

    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(socket.received).toEqual([]);
  });

  it('may be left out: then nobody asks', async () => {
    const server = await startTestServer();
    const socket = await RawSocket.connect(server.url);

    socket.subscribe('1', ME);

    const { payload } = await socket.next('next');
    expect(payload).toMatchObject({ data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('closes the socket with 4403 when it expires', async () => {
    const clock = settableClock(Date.UTC(2026, 0, 31, 12, 0, 0, 950));
    const server = await startTestServer({ clock });
    const sam = await student(server);
    // The server's time stands still at 50 ms before this second.
    const exp = Math.ceil(clock.now() / 1000);
    const claims = jwt.decode(sam.token) as jwt.JwtPayload;
    const token = jwt.sign({ ...claims, exp }, server.app.config.jwtSecret, { algorithm: 'HS256' });
    const lasting = await RawSocket.connect(server.url, sam.token);

    const socket = await RawSocket.connect(server.url, token);

    expect(await socket.closed).toMatchObject({ code: 4403, reason: expect.stringContaining('expired') });
    lasting.subscribe('1', ME);
    expect((await lasting.next('next')).payload.errors).toBeUndefined();
  });

  it('closes the socket with 4403 at the first operation after the clock has passed its end', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const { token } = await student(server);
    const socket = await RawSocket.connect(server.url, token);

    clock.pass(15 * 60_000);
    socket.subscribe('1', ME);

    expect(await socket.closed).toMatchObject({ code: 4403 });
    expect(socket.answers('1').filter(({ type }) => type === 'next')).toEqual([]);
  });

  it.each([
    ['its session was ended', (url, { token }) => ok(url.url, LogoutDocument, {}, token)],
    ['its account was disabled', (server, { email }) => disable(server.app, email)],
  ] as [
    string,
    (server: Awaited<ReturnType<typeof startTestServer>>, sam: Awaited<ReturnType<typeof student>>) => Promise<unknown>,
  ][])('closes the socket with 4403 at the first operation after %s', async (_what, end) => {
    const server = await startTestServer();
    const sam = await student(server);
    const socket = await RawSocket.connect(server.url, sam.token);

    await end(server, sam);
    socket.subscribe('1', ME);

    expect(await socket.closed).toMatchObject({ code: 4403 });
  });
});

// What attacks are made of: floods over HTTP connections, raw connections, and sockets.
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import WebSocket from 'ws';

/** Sends what `next(n)` gives as fast as it is answered, over so many connections. */
export function flood(next, connections = 64) {
  return async ({ port, school, over, count }) => {
    const pool = new Pool(`http://127.0.0.1:${port}`, {
      connections,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    let n = 0;
    const one = async () => {
      while (!over.aborted) {
        const { path = '/graphql', method = 'POST', token, json, body, headers } = next(n++, school);
        count.sent++;
        try {
          const response = await pool.request({
            path,
            method,
            body: json ? JSON.stringify(json) : body,
            headers: {
              ...(json && { 'content-type': 'application/json' }),
              ...(token && { authorization: `Bearer ${token}` }),
              ...headers,
            },
          });
          await note(count, response);
        } catch (error) {
          tally(count, error.code ?? error.message);
          await pause(5);
        }
      }
    };
    await Promise.all(Array.from({ length: connections }, one));
  };
}

async function note(count, { statusCode, body }) {
  let head = '';
  for await (const chunk of body) if (head.length < 2000) head += chunk;
  count.answered++;
  tally(count, /"code":"(\w+)"/.exec(head)?.[1] ?? statusCode);
}

export function tally({ codes }, what) {
  codes[what] = (codes[what] ?? 0) + 1;
}

/** Opens up to so many raw connections, a hundred at a time, and opens again those that are closed. */
export function connections(most, use) {
  return async ({ port, school, over, count }) => {
    let open = 0;
    while (!over.aborted) {
      for (let n = 0; n < 100 && open < most; n++) {
        open++;
        count.sent++;
        const socket = connect(port, '127.0.0.1', () => use(socket, { over, count, school }));
        socket.on('data', () => {});
        socket.once('data', (data) => {
          count.answered++;
          tally(count, /^HTTP\/1.1 (\d+)/.exec(String(data))?.[1] ?? 'data');
        });
        socket.on('error', ({ code }) => tally(count, code));
        socket.on('close', () => {
          tally(count, 'closed');
          open--;
        });
      }
      await pause(20);
    }
  };
}

/** Calls `work` again and again until the end of the attack, whenever the socket or connection takes more. */
export async function again(over, isOpen, work, everyMs = 0) {
  while (!over.aborted && isOpen()) {
    await work();
    await (everyMs ? pause(everyMs) : new Promise((resolve) => setImmediate(resolve)));
  }
}

/** Opens up to so many WebSockets and opens again those that are closed; `use` has them when they are signed in. */
export function sockets(most, use, { init = true, signedIn = false } = {}) {
  return async ({ port, school, over, count }) => {
    let open = 0;
    while (!over.aborted) {
      for (let n = 0; n < 50 && open < most; n++) {
        open++;
        count.sent++;
        const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
        const context = { socket, over, count, school };
        socket.on('error', (error) => tally(count, error.code ?? error.message));
        socket.on('close', (code) => {
          tally(count, code);
          open--;
        });
        const token = signedIn ? { authorization: `Bearer ${school.student.accessToken}` } : {};
        socket.on('open', () => {
          count.answered++;
          if (init) socket.send(JSON.stringify({ type: 'connection_init', payload: token }));
          else use(context);
        });
        if (init) socket.once('message', () => use(context));
      }
      await pause(20);
    }
  };
}

/** Sends messages on a socket as fast as they leave. */
export function pour({ socket, over, count }, next) {
  let n = 0;
  return again(
    over,
    () => socket.readyState === socket.OPEN,
    () => {
      for (let each = 0; each < 20 && socket.bufferedAmount < 1_000_000; each++) {
        socket.send(next(n++));
        count.sent++;
      }
    },
  );
}

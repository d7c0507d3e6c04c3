import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ClientTurns } from '../../src/server/client-turns.js';
import { describeSqlite } from '../support/one-database.js';
import { afterTest, startTestServer } from '../support/server.js';

/** A connection. */
const line = {};

/** Takes the time of a whole turn. */
function busy() {
  const end = performance.now() + 6;
  while (performance.now() < end);
}

describe('operations that have arrived', () => {
  it('begin at once while there is time', async () => {
    const turns = new ClientTurns();
    const begun: string[] = [];
    turns.enter('192.0.2.1', line, 0, () => begun.push('first'));
    await null;
    turns.enter('192.0.2.1', line, 0, () => begun.push('second'));
    expect(begun).toEqual(['first', 'second']);
  });

  it('begin when there is not by the client that has used the least time', async () => {
    const turns = new ClientTurns();
    const begun: string[] = [];
    const enter = (address: string, name: string, work = busy) =>
      new Promise<void>((resolve) => {
        turns.enter(address, line, 0, () => {
          begun.push(name);
          work();
          resolve();
        });
      });
    const many = [1, 2, 3, 4].map((n) => enter('192.0.2.1', `many ${n}`));
    const few = [1, 2].map((n) => enter('2001:db8::1', `few ${n}`, () => {}));
    await Promise.all([...many, ...few, enter('2001:db8::2', 'few 3', () => {})]);
    expect(begun).toEqual(['many 1', 'many 2', 'few 1', 'few 2', 'few 3', 'many 3', 'many 4']);
  });

  it('begin, of one client, by the connection that has used the least time', async () => {
    const turns = new ClientTurns();
    const begun: string[] = [];
    const enter = (connection: object, name: string, work = busy) =>
      new Promise<void>((resolve) => {
        turns.enter('192.0.2.1', connection, 0, () => {
          begun.push(name);
          work();
          resolve();
        });
      });
    const [dear, cheap] = [{}, {}];
    const many = [1, 2, 3, 4].map((n) => enter(dear, `dear ${n}`));
    const few = [1, 2, 3].map((n) => enter(cheap, `cheap ${n}`, () => {}));
    await Promise.all([...many, ...few]);
    expect(begun).toEqual(['dear 1', 'dear 2', 'cheap 1', 'cheap 2', 'cheap 3', 'dear 3', 'dear 4']);
  });

  it('wait in a bounded number of each client, by count and by size', async () => {
    const turns = new ClientTurns();
    let begun = 0;
    turns.enter('192.0.2.1', line, 0, busy);
    const enter = (address: string, bytes: number) => turns.enter(address, line, bytes, () => begun++);
    expect(Array.from({ length: 2001 }, () => enter('192.0.2.1', 1)).filter(Boolean)).toHaveLength(2000);
    expect(Array.from({ length: 20 }, () => enter('192.0.2.2', 1024 * 1024)).filter(Boolean)).toHaveLength(16);
    await expect(turns.next('192.0.2.2', line, 1)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await turns.next('192.0.2.3', line, 1);
    while (begun < 2016) await new Promise((resolve) => setImmediate(resolve));
    expect(enter('192.0.2.1', 1)).toBe(true);
  });

  it('give way to connections after some milliseconds, and go on although more come', async () => {
    const turns = new ClientTurns();
    turns.enter('192.0.2.1', line, 0, busy);
    let begun = false;
    const first = turns.next('192.0.2.1', line, 0).then(busy);
    const second = turns.next('192.0.2.1', line, 0).then(() => {
      begun = true;
    });
    await first;
    let takenIn = 0;
    for (; !begun; takenIn++) {
      turns.connected();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await second;
    expect(takenIn).toBeGreaterThan(2);
  });
});

describeSqlite('a request', 'on PostgreSQL all wait for the database, which answers in the order of asking', () => {
  it('is answered before all those that another address has sent ahead of it in one packet', async () => {
    const server = await startTestServer({ env: { RATE_COST_PER_MINUTE: '0' } });
    const answers: string[] = [];
    /** Sends all at once from an address, and notes each answer. */
    const send = async (localAddress: string, queries: string[]) => {
      const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', localAddress });
      afterTest(async () => void socket.destroy());
      await once(socket, 'connect');
      const requests = queries.map((query) => {
        const body = JSON.stringify({ query });
        const length = `content-length: ${Buffer.byteLength(body)}`;
        return `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n${length}\r\n\r\n${body}`;
      });
      const done = Promise.withResolvers<void>();
      let left = queries.length;
      socket.on('data', (data) => {
        for (const _ of String(data).matchAll(/HTTP\/1\.1 200/g)) {
          answers.push(localAddress);
          if (--left === 0) done.resolve();
        }
      });
      socket.write(requests.join(''));
      return done.promise;
    };
    const dear = (n: number) => `{course(id:${n}){${'id title status createdAt '.repeat(100)}}}`;

    await Promise.all([send('127.0.0.1', [...Array(45).keys()].map(dear)), send('127.0.0.2', ['{health{status}}'])]);

    expect(answers).toHaveLength(46);
    expect(answers.indexOf('127.0.0.2')).toBeLessThan(45);
  });
});

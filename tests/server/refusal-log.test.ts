import { describe, expect, it } from '@jest/globals';
import { settableClock } from '../accounts/clock.js';
import { ok, refused, request } from '../support/client.js';
import { DeleteCourseDocument, LoginDocument, MeDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, PASSWORD, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { RawSocket } from './raw-socket.js';

/** Lines of refusals, and of what was left out of them. */
const linesOf = (server: TestServer) =>
  server
    .logLines()
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg === 'refused' || msg === 'more were refused');

const INFO = 30;
const WARN = 40;

describe('the log tells of refusals', () => {
  it('who, from where, which fields and why, over HTTP', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const sam = await student(server);
    const courseId = await courseOf(server, ina);
    await refused(server.url, DeleteCourseDocument, { id: courseId }, sam.token);
    await ok(server.url, MeDocument, {}, sam.token);
    const { headers } = await fetch(`${server.url}/nothing`);

    const base = { level: INFO, transport: 'http', address: '127.0.0.1', msg: 'refused', time: expect.any(Number) };
    const requestId = expect.stringMatching(/^[\w-]{36}$/);
    expect(linesOf(server)).toEqual([
      { ...base, code: 'FORBIDDEN', viewerId: Number(sam.id), requestId, fields: ['deleteCourse'] },
      { ...base, code: 'NOT_FOUND', viewerId: null, requestId: headers.get('x-request-id'), fields: [] },
    ]);
  });

  it('the same of operations of a socket, and why a socket was closed', async () => {
    const server = await startTestServer();
    const sam = await student(server);
    const socket = await RawSocket.connect(server.url, sam.token);
    socket.subscribe('1', 'subscription { tutorTokens(chatId: 99) { __typename } }');
    await socket.next('complete');
    socket.subscribe('2', `{ ${'a: health { status } '.repeat(31)} }`);
    await socket.next('error');
    socket.send('x'.repeat(130 * 1024));
    await socket.closed;
    const stranger = new RawSocket(server.url);
    await stranger.init({ authorization: 'Bearer garbage-of-eve' });
    await stranger.closed;
    await new RawSocket(server.url, { path: '/elsewhere' }).closed;

    const base = { transport: 'websocket', address: '127.0.0.1', msg: 'refused', requestId: expect.any(String) };
    const viewerId = Number(sam.id);
    expect(linesOf(server)).toMatchObject([
      { ...base, level: INFO, code: 'NOT_FOUND', viewerId, fields: ['tutorTokens'] },
      { ...base, level: WARN, code: 'QUERY_TOO_COMPLEX', viewerId, fields: [] },
      { ...base, level: WARN, code: 'PAYLOAD_TOO_LARGE', viewerId, closeCode: 1009 },
      { ...base, level: INFO, code: 'UNAUTHENTICATED', viewerId: null, closeCode: 4403 },
      { ...base, level: INFO, code: 'NOT_FOUND', viewerId: null, fields: [] },
    ]);
  });

  it('without what was sent: no document, variables, token or e-mail address', async () => {
    const server = await startTestServer();
    const { email } = await student(server);
    await refused(server.url, LoginDocument, { input: { email, password: 'a loud library' } });
    await request(server.url, MeDocument, {}, 'garbage-of-eve');
    const query = 'query OpOfEve($a: ID!) { anAlias: course(id: $a) { aFieldOfMine } }';
    const body = JSON.stringify({ query, operationName: 'OpOfEve', variables: { a: 'a value of eve' } });
    await fetch(`${server.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await fetch(`${server.url}/nothing/of/eve?token=${PASSWORD}`);

    const lines = linesOf(server);

    expect(lines.map(({ code }) => code)).toEqual([
      'INVALID_CREDENTIALS',
      'UNAUTHENTICATED',
      'GRAPHQL_VALIDATION_FAILED',
      'NOT_FOUND',
    ]);
    for (const sent of [
      email,
      'loud',
      'quiet',
      'of-eve',
      'of eve',
      'of/eve',
      'OpOfEve',
      'anAlias',
      'aFieldOfMine',
      'Bearer',
    ]) {
      expect(JSON.stringify(lines)).not.toContain(sent);
    }
  });

  it('five times a second for each code, and then how many more there were', async () => {
    const clock = settableClock();
    const server = await startTestServer({ clock });
    const failTimes = async (times: number) => {
      for (let n = 0; n < times; n++) await refused(server.url, MeDocument, {});
    };
    await failTimes(12);
    await fetch(`${server.url}/nothing`);
    clock.pass(1000);
    await failTimes(7);
    await server.stop();

    const lines = linesOf(server);

    const whole = (code: string) => lines.filter((line) => line.msg === 'refused' && line.code === code).length;
    expect({ me: whole('UNAUTHENTICATED'), nothing: whole('NOT_FOUND') }).toEqual({ me: 10, nothing: 1 });
    const leftOut = lines.filter(({ msg }) => msg === 'more were refused');
    expect(leftOut.every(({ code, level }) => code === 'UNAUTHENTICATED' && level === INFO)).toBe(true);
    expect(leftOut.reduce((sum, line) => sum + line.leftOut, 0)).toBe(9);
  });

  it('how many more there were also when nobody else is refused', async () => {
    const lines: string[] = [];
    const told = Promise.withResolvers<void>();
    const write = (line: string) => {
      lines.push(line);
      if (line.includes('more were refused')) told.resolve();
    };
    const server = await startTestServer({ clock: settableClock(), logTo: { write } });
    for (let n = 0; n < 8; n++) await fetch(`${server.url}/nothing`);

    await told.promise;

    expect(lines.filter((line) => line.includes('"refused"'))).toHaveLength(5);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ code: 'NOT_FOUND', leftOut: 3 });
  });
});

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import { AskTutorDocument, HealthDocument } from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { classroom } from '../support/people.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import type { ModelCall } from '../support/scripted-model.js';
import { afterTest, startTestServer } from '../support/server.js';

const UNAVAILABLE = { status: 'FAILED', failureCode: 'TUTOR_UNAVAILABLE' };
const NOT_ACCEPTED = { ...UNAVAILABLE, response: '', usage: null, creditsCharged: 0 };
const BOUNDS = { TUTOR_FIRST_TOKEN_TIMEOUT_MS: '1500', TUTOR_IDLE_TIMEOUT_MS: '400', TUTOR_TOTAL_TIMEOUT_MS: '3000' };

const chunk = (content: string) => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
const STOP = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';

type Fault = [name: string, answer: (call: ModelCall) => void, expected: object, calls: number];

describe('whatever the model’s server does, the answer ends in a defined state, and the ledger is exact', () => {
  it.each<Fault>([
    ['401', (c) => c.refuse(401), NOT_ACCEPTED, 1],
    ['404 for the model', (c) => c.refuse(404), NOT_ACCEPTED, 1],
    ['429 with a short Retry-After', (c) => c.refuse(429, {}, { 'retry-after': '0' }), NOT_ACCEPTED, 3],
    ['429 with Retry-After of an hour', (c) => c.refuse(429, {}, { 'retry-after': '3600' }), NOT_ACCEPTED, 1],
    ['500', (c) => c.refuse(500, {}, { 'retry-after': '0' }), NOT_ACCEPTED, 3],
    ['503', (c) => c.refuse(503, {}, { 'retry-after': '0' }), NOT_ACCEPTED, 3],
    ['a hang before the headers', () => {}, NOT_ACCEPTED, 1],
    ['a hang after the headers', (c) => void c.accept(), { ...UNAVAILABLE, response: '', creditsCharged: 0 }, 1],
    ['a hang in the middle', (c) => void c.say('Half'), { ...UNAVAILABLE, response: 'Half' }, 1],
    ['comments for ever', (c) => keepCommenting(c.accept()), { ...UNAVAILABLE, response: '' }, 1],
    [
      'comments for ever after half an answer',
      (c) => keepCommenting(c.say('Half')),
      { ...UNAVAILABLE, response: 'Half' },
      1,
    ],
    ['a reset in the middle', (c) => resetAfter(c, 'Half'), UNAVAILABLE, 1],
    ['an end without finish_reason', (c) => void c.say('Half').response.end(), { ...UNAVAILABLE, response: 'Half' }, 1],
    ['[DONE] without finish_reason', (c) => c.say('Half').response.end('data: [DONE]\n\n'), UNAVAILABLE, 1],
    ['a malformed chunk', (c) => c.say('Half').response.end('data: {"choices": [{\n\n'), UNAVAILABLE, 1],
    [
      'an error within the stream',
      (c) => c.say('Half').response.end('data: {"error":{"message":"x"}}\n\n'),
      UNAVAILABLE,
      1,
    ],
    ['an empty answer', (c) => c.finish(), { ...UNAVAILABLE, creditsCharged: 0 }, 1],
    ['only white space', (c) => c.say(' ', '\n\t').finish(), { ...UNAVAILABLE, creditsCharged: 0 }, 1],
    ['a web page instead of JSON', (c) => html(c), UNAVAILABLE, 1],
    ['a redirect', (c) => c.refuse(302, {}, { location: 'http://127.0.0.1:9/' }), NOT_ACCEPTED, 1],
    ['an answer without end', (c) => keepTalking(c), { ...UNAVAILABLE, truncated: false }, 1],
    [
      'content_filter',
      (c) => c.say('I').finish('content_filter'),
      { status: 'FAILED', failureCode: 'TUTOR_REFUSED' },
      1,
    ],
    ['length', (c) => c.say('Ha').finish('length'), { status: 'COMPLETED', truncated: true, response: 'Ha' }, 1],
    ['no usage', (c) => c.say('Yes.').finish('stop', null), { status: 'COMPLETED', usage: { source: 'ESTIMATED' } }, 1],
    ['a slow drip', (c) => drip(c, 'A slow answer.'), { status: 'COMPLETED', response: 'A slow answer.' }, 1],
    ['split characters and lines', (c) => bytewise(c, 'Naïve 🂡.'), { status: 'COMPLETED', response: 'Naïve 🂡.' }, 1],
    ['10,000 tokens at once', (c) => flood(c), { status: 'COMPLETED', response: 'word '.repeat(10_000).trim() }, 1],
  ])('%s', async (_name, answer, expected, calls) => {
    const { server, sam, lessonId, model } = await scriptedClassroom({ env: BOUNDS });
    model.always(answer);
    const input = { lessonId, message: 'Why?' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor).toMatchObject(expected);
    expect(model.calls).toHaveLength(calls);
    expect(JSON.stringify(askTutor)).not.toMatch(/secret words|scripted-model-key/);
    expect(server.logLines().join('')).not.toContain('scripted-model-key');
    await expectLedgerExact(server, sam);
  });

  it('429 without Retry-After, tried again after waits of our own', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    model.always((call) => call.refuse(429));
    const input = { lessonId, message: 'Why?' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor).toMatchObject(NOT_ACCEPTED);
    expect(model.calls).toHaveLength(3);
  });

  it('a refused connection', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const server = await startTestServer({ env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, ...BOUNDS } });
    const { sam, lessonId } = await classroom(server);
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    expect(askTutor).toMatchObject(NOT_ACCEPTED);
    await expectLedgerExact(server, sam);
  });

  it('a server that resets every connection', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom({ env: BOUNDS });
    model.always((call) => call.reset());
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    expect(askTutor).toMatchObject(NOT_ACCEPTED);
    expect(model.calls.length).toBeGreaterThan(1);
    await expectLedgerExact(server, sam);
  });
});

describe('the door to the model', () => {
  const input = (lessonId: string) => ({ lessonId, message: 'Why?' });

  it('opens its breaker after five failed answers, and refuses at once without a row', async () => {
    const clock = { offset: 0, now: Date.now, monotonic: () => performance.now() + clock.offset };
    const { server, sam, lessonId, model } = await scriptedClassroom({ clock });
    let works = false;
    model.always((call) => (works ? call.say('Back.').finish() : call.refuse(401)));
    const ask = () => ok(server.url, AskTutorDocument, { input: input(lessonId), wait: true }, sam.token);
    for (let n = 0; n < 5; n++) await ask();
    const refusal = await refused(server.url, AskTutorDocument, { input: input(lessonId) }, sam.token);
    expect(refusal).toMatchObject({ code: 'TUTOR_UNAVAILABLE', retryAfterSeconds: expect.any(Number) });
    expect((await ok(server.url, HealthDocument, {})).health.tutor.ready).toBe(false);
    expect([model.calls.length, await countChats(server)]).toEqual([5, 5]);
    await expectLedgerExact(server, sam);

    clock.offset += 10_001;
    await ask(); // the trial, which fails
    expect((await refused(server.url, AskTutorDocument, { input: input(lessonId) }, sam.token)).code).toBe(
      'TUTOR_UNAVAILABLE',
    );
    clock.offset += 10_001;
    works = true;
    expect((await ask()).askTutor.response).toBe('Back.');
    expect((await ask()).askTutor.response).toBe('Back.');
    expect((await ok(server.url, HealthDocument, {})).health.tutor.ready).toBe(true);
  });

  it('lets so many call at once, the next wait their turn, and the rest are told TUTOR_BUSY', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom({
      env: { TUTOR_CONCURRENCY: '1', TUTOR_QUEUE: '1' },
    });
    const ask = () => ok(server.url, AskTutorDocument, { input: input(lessonId), wait: true }, sam.token);
    const first = ask();
    const call = await model.nextCall();
    const { askTutor: waiting } = await ok(server.url, AskTutorDocument, { input: input(lessonId) }, sam.token);
    const refusal = await refused(server.url, AskTutorDocument, { input: input(lessonId) }, sam.token);
    expect(refusal).toMatchObject({ code: 'TUTOR_BUSY', retryAfterSeconds: expect.any(Number) });
    expect([model.calls.length, await countChats(server)]).toEqual([1, 2]);
    call.say('First.').finish();
    expect((await first).askTutor.response).toBe('First.');
    (await model.nextCall()).say('Second.').finish();
    expect(waiting.status).toBe('STREAMING');
  });

  it('counts the time in the queue: who waits for too long fails without a call', async () => {
    const env = { TUTOR_CONCURRENCY: '1', TUTOR_FIRST_TOKEN_TIMEOUT_MS: '500' };
    const { server, sam, lessonId, model } = await scriptedClassroom({ env });
    const first = ok(server.url, AskTutorDocument, { input: input(lessonId), wait: true }, sam.token);
    const call = await model.nextCall();
    call.say('I speak for long. ');
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: input(lessonId), wait: true }, sam.token);
    expect(askTutor).toMatchObject(NOT_ACCEPTED);
    expect(model.calls).toHaveLength(1);
    call.finish();
    expect((await first).askTutor.status).toBe('COMPLETED');
  });
});

function keepCommenting(call: ModelCall): void {
  every(call, 50, () => call.raw(': still here\n\n'));
}

function keepTalking(call: ModelCall): void {
  every(call, 50, () => call.say('and '));
}

function drip(call: ModelCall, text: string): void {
  const letters = [...text];
  every(call, 30, () => {
    const letter = letters.shift();
    if (letter) call.say(letter);
    else if (letters.length === 0) call.finish();
  });
}

function every(call: ModelCall, ms: number, work: () => void): void {
  const timer = setInterval(() => (call.response.writableEnded ? clearInterval(timer) : work()), ms);
  call.closed.then(() => clearInterval(timer));
  afterTest(async () => clearInterval(timer));
}

function resetAfter(call: ModelCall, text: string): void {
  call.say(text);
  setImmediate(() => call.reset());
}

function html(call: ModelCall): void {
  call.response.writeHead(200, { 'content-type': 'text/html' }).end('<html>secret words of a proxy</html>');
}

function flood(call: ModelCall): void {
  call.accept().raw(`${chunk('word ').repeat(9999)}${chunk('word')}${STOP}data: [DONE]\n\n`);
  call.response.end();
}

/** Every byte in a packet of its own, so that characters, lines and events are cut everywhere. */
async function bytewise(call: ModelCall, text: string): Promise<void> {
  call.accept().response.socket?.setNoDelay(true);
  for (const byte of Buffer.from(`${chunk(text)}${STOP}`)) {
    call.raw(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  call.response.end('data: [DONE]\n\n');
}

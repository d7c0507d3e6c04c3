import { describe, expect, it } from '@jest/globals';
import { ok, refused, request } from '../support/client.js';
import { AskTutorDocument, CoursesDocument, HealthDocument, MeDocument } from '../support/generated/graphql.js';
import { student } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { RawSocket } from './raw-socket.js';
import { counts, METRICS, scrape, scrapeUntil } from './scrape.js';

const REQUESTS = 'lectern_requests_total';
const JSON_TYPE = { 'content-type': 'application/json' };

const post = (server: TestServer, query: string, init: RequestInit = {}) =>
  fetch(`${server.url}/graphql`, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ query }), ...init });

describe('/metrics', () => {
  it('counts requests over HTTP by the field at their root and the code of their answer', async () => {
    const server = await startTestServer({ env: METRICS });
    const { token } = await student(server);
    await ok(server.url, MeDocument, {}, token);
    await ok(server.url, HealthDocument, {});
    await request(server.url, MeDocument, {}, 'garbage');
    await post(server, 'query Mine { a: me { id } health { status } }');
    await post(server, 'query me { health { status } __typename }');
    await post(server, 'fragment F on Query { courses { totalCount } } { ...F }');
    await post(server, '{ __typename }');

    expect(await counts(server, REQUESTS)).toEqual({
      'http register OK': 1,
      'http me OK': 1,
      'http me UNAUTHENTICATED': 1,
      'http health OK': 2,
      'http several UNAUTHENTICATED': 1,
      'http courses OK': 1,
      'http __typename OK': 1,
    });
  });

  it('counts what was refused before it was an operation, and takes no name from who sent it', async () => {
    const server = await startTestServer({ env: METRICS });
    const accept = 'application/graphql-response+json';
    await post(server, '{ aFieldOfMine }', { headers: { ...JSON_TYPE, accept } });
    await post(server, 'query { health { status ');
    await post(server, `{ ${'a: health { status } '.repeat(31)} }`);
    await post(server, '', { body: 'nonsense' });
    await post(server, '', { body: '{}' });
    await post(server, '', { body: 'x'.repeat(200_000) });
    await post(server, '{ health { status } }', { headers: { 'content-type': 'application/xml' } });
    await fetch(`${server.url}/graphql?query={health{status}}`);
    await fetch(`${server.url}/graphql`, { method: 'PUT' });
    await fetch(`${server.url}/nothing`);
    await fetch(`${server.url}/%zz`);
    await fetch(`${server.url}/health`);

    const series = await scrapeUntil(server, (each) => Object.keys(each).some((name) => name.includes('NOT_FOUND')));

    expect(await counts(server, REQUESTS)).toEqual({
      'http none GRAPHQL_VALIDATION_FAILED': 1,
      'http none GRAPHQL_PARSE_FAILED': 1,
      'http none QUERY_TOO_COMPLEX': 1,
      'http none BAD_REQUEST': 4,
      'http none PAYLOAD_TOO_LARGE': 1,
      'http none UNSUPPORTED_MEDIA_TYPE': 1,
      'http none METHOD_NOT_ALLOWED': 1,
      'http none NOT_FOUND': 1,
    });
    expect(JSON.stringify(series)).not.toContain('aFieldOfMine');
  });

  it('counts operations of sockets the same, and sockets by how they are closed', async () => {
    const server = await startTestServer({ env: METRICS });
    const { token } = await student(server);
    const socket = await RawSocket.connect(server.url, token);
    socket.subscribe('1', '{ me { id } }');
    socket.subscribe('2', '{ nothing }');
    socket.subscribe('3', 'subscription { tutorTokens(chatId: 99) { __typename } }');
    await socket.next('complete');
    await socket.next('complete');
    expect((await scrape(server)).lectern_sockets_open).toBe(1);
    socket.send('{"type":"nonsense"}');
    await socket.closed;
    const refusedSocket = new RawSocket(server.url);
    await refusedSocket.init({ authorization: 'Bearer garbage' });
    await refusedSocket.closed;
    await new RawSocket(server.url, { path: '/elsewhere' }).closed;

    const series = await scrapeUntil(server, (each) => each.lectern_sockets_open === 0);

    expect(await counts(server, REQUESTS)).toEqual({
      'http register OK': 1,
      'websocket me OK': 1,
      'websocket none GRAPHQL_VALIDATION_FAILED': 1,
      'websocket tutorTokens NOT_FOUND': 1,
      'websocket none NOT_FOUND': 1,
    });
    expect(await counts(server, 'lectern_sockets_closed_total')).toEqual({ '4400': 1, '4403': 1 });
    expect(series).not.toHaveProperty('lectern_subscriptions_ended_total{operation="tutorTokens",end="COMPLETED"}');
  });

  it('counts an operation whose client does not wait for its answer', async () => {
    const server = await startTestServer({ env: METRICS });
    const socket = await RawSocket.connect(server.url);
    socket.subscribe('1', '{ health { status } }');
    socket.send({ id: '1', type: 'complete' });
    socket.subscribe('2', '{ nothing }');
    socket.send({ id: '2', type: 'complete' });
    socket.subscribe('3', '{ __typename }');
    await socket.next('complete');

    // Its refusal may cross the client's word that it does not wait for it.
    expect(socket.answers('2').filter(({ type }) => type !== 'error')).toEqual([]);
    await scrapeUntil(server, (each) => `${REQUESTS}{transport="websocket",operation="health",code="OK"}` in each);
    expect(await counts(server, REQUESTS)).toMatchObject({ 'websocket none GRAPHQL_VALIDATION_FAILED': 1 });
  });

  it('follows an answer: running, its first text, tokens, credits, its ending, and who followed it', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom({ env: { ...METRICS, TUTOR_CONCURRENCY: '1' } });
    const query = `subscription { askTutorStream(input: { lessonId: ${lessonId}, message: "Why?", clientRequestId: "q" })
      { __typename } }`;
    const [stays, leaves] = [
      await RawSocket.connect(server.url, sam.token),
      await RawSocket.connect(server.url, sam.token),
    ];
    stays.subscribe('1', query);
    const call = await model.nextCall();
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'And?' } }, sam.token);
    expect(askTutor.status).toBe('STREAMING');
    await scrapeUntil(server, (each) => each.lectern_model_queue === 1);
    call.say('Because ');
    await stays.next('next');
    leaves.subscribe('1', query);
    await leaves.next('next');
    leaves.send({ id: '1', type: 'complete' });
    const running = await scrapeUntil(server, (each) => Object.keys(each).some((name) => name.includes('LEFT')));
    expect(running).toMatchObject({
      lectern_answers_running: 2,
      lectern_model_calls: 1,
      lectern_model_queue: 1,
      lectern_first_token_seconds_count: 1,
      lectern_breaker_open: 0,
      'lectern_subscriptions_ended_total{operation="askTutorStream",end="LEFT"}': 1,
    });

    call.say('it is.').finish('stop', { input: 1500, output: 250 });
    await stays.next('complete');
    (await model.nextCall()).refuse(400, { error: { message: 'no' } });

    const series = await scrapeUntil(server, (each) => each.lectern_answers_running === 0);
    expect(series).toMatchObject({
      'lectern_answers_total{status="COMPLETED",code="OK"}': 1,
      'lectern_answers_total{status="FAILED",code="TUTOR_UNAVAILABLE"}': 1,
      'lectern_tokens_total{direction="input"}': 1500,
      'lectern_tokens_total{direction="output"}': 250,
      lectern_credits_charged_total: 3,
      lectern_first_token_seconds_count: 1,
      'lectern_subscriptions_ended_total{operation="askTutorStream",end="COMPLETED"}': 1,
      [`${REQUESTS}{transport="websocket",operation="askTutorStream",code="OK"}`]: 2,
    });
  });

  it('counts what a stream fails with at its first event by its code', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom({ env: METRICS });
    model.always((call) => call.say('😀').finish());
    const input = { lessonId, message: 'Why?' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    const socket = await RawSocket.connect(server.url, sam.token);
    socket.subscribe('1', `subscription { tutorTokens(chatId: ${askTutor.id}, after: 1) { __typename } }`);
    await socket.next('error');
    socket.subscribe('2', `subscription { tutorTokens(chatId: ${askTutor.id}) { __typename } }`);
    await socket.next('complete');

    expect(await counts(server, REQUESTS)).toMatchObject({
      'websocket tutorTokens BAD_USER_INPUT': 1,
      'websocket tutorTokens OK': 1,
    });
    const ends = 'lectern_subscriptions_ended_total';
    expect(await counts(server, ends)).toEqual({ 'tutorTokens FAILED': 1, 'tutorTokens COMPLETED': 1 });
    expect(server.logLines().join('')).toContain('"code":"BAD_USER_INPUT","transport":"websocket"');
  });

  it('tells how long requests took, how the process is, and of no other server in it', async () => {
    const server = await startTestServer({ env: METRICS });
    const other = await startTestServer({ env: METRICS });
    await ok(server.url, CoursesDocument, {});
    await refused(server.url, MeDocument, {});

    const series = await scrape(server);

    const latency = 'lectern_request_duration_seconds';
    expect(series[`${latency}_count{transport="http",operation="courses"}`]).toBe(1);
    expect(series[`${latency}_bucket{transport="http",operation="courses",le="+Inf"}`]).toBe(1);
    expect(series[`${latency}_sum{transport="http",operation="courses"}`]).toBeGreaterThan(0);
    for (const name of ['mean', 'p50', 'p99', 'max']) {
      expect(series[`nodejs_eventloop_lag_${name}_seconds`]).toBeGreaterThanOrEqual(0);
    }
    expect(series.process_resident_memory_bytes).toBeGreaterThan(1e7);
    expect(series.process_cpu_seconds_total).toBeGreaterThan(0);
    expect(await counts(other, REQUESTS)).toEqual({});
  });
});

import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import {
  AskTutorDocument,
  CancelJobDocument,
  CancelTutorDocument,
  CreateCourseDocument,
} from '../support/generated/graphql.js';
import { instructor } from '../support/people.js';
import { redisIsThere, redisLine } from '../support/redis.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { afterTest, startTestServer, type TestServer } from '../support/server.js';
import { endedChat, textOf, tokenStream } from '../support/streams.js';
import { announce, jobStates, mp4Bytes, school } from '../support/uploads.js';

const test = (await redisIsThere()) ? it : it.skip;

describe('two nodes that share Redis', () => {
  test('pass the text of an answer on before it is stored', async () => {
    const { one, two, sam, chatId, call } = await running();
    const held = holdStoring(one);
    const here = tokenStream(one, sam, chatId);
    const there = tokenStream(two, sam, chatId);
    for (const word of ['Merge ', 'sort ', 'splits.']) {
      call.say(word);
      expect(await here.next()).toMatchObject({ text: word });
      expect(await there.next()).toMatchObject({ text: word });
    }
    held.release();
    call.finish();
    expect(endedChat(await there.rest())).toEqual(endedChat(await here.rest()));
  });

  test('give a subscriber on another node what came before, and lose nothing when Redis goes and returns', async () => {
    const { one, two, line, sam, chatId, call } = await running();
    const here = tokenStream(one, sam, chatId);
    call.say('One ');
    await here.next();
    const there = tokenStream(two, sam, chatId);
    expect(await there.next()).toMatchObject({ offset: 0, text: 'One ' });
    await line.cut();
    await isUp(two, false);
    call.say('two ');
    expect(await there.next()).toMatchObject({ offset: 4, text: 'two ' });
    await line.mend();
    await isUp(two, true);
    await isUp(one, true);
    const held = holdStoring(one);
    call.say('three.');
    expect(await there.next()).toMatchObject({ offset: 8, text: 'three.' });
    held.release();
    call.finish();
    expect(endedChat(await there.rest()).response).toBe('One two three.');
    await here.leave();
  });

  test('catch up from the database while Redis swallows what it is sent', async () => {
    const { two, line, sam, chatId, call } = await running();
    const there = tokenStream(two, sam, chatId);
    call.say('One ');
    expect(await there.next()).toMatchObject({ text: 'One ' });
    line.hold(true);
    call.say('two.');
    const second = await there.next();
    call.finish();
    const events = [second, ...(await there.rest())];
    expect(textOf(events)).toBe('two.');
    expect(endedChat(events)).toMatchObject({ status: 'COMPLETED', response: 'One two.' });
  });

  test('do not go on hearing an answer of which a subscriber was refused', async () => {
    const { one, two, line, sam, chatId, call } = await running();
    const held = holdStoring(one);
    const here = tokenStream(one, sam, chatId);
    const refusal = tokenStream(two, sam, chatId, 1).refusal();
    call.say('🂡 card');
    await here.next();
    expect(await refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
    while ((await line.listeners(`answer.${chatId}`)) > 0) await new Promise((resolve) => setImmediate(resolve));
    held.release();
    call.finish();
    await here.rest();
  });

  test('stop an answer that another of them generates', async () => {
    const { two, sam, chatId, call } = await running();
    call.say('One ');
    const { cancelTutor } = await ok(two.url, CancelTutorDocument, { chatId }, sam.token);
    expect(cancelTutor).toMatchObject({ status: 'CANCELLED', response: 'One ' });
    await call.closed;
  });
});

describe('a job of several nodes', () => {
  test('is heard of on each of them, from its first state to its end', async () => {
    const line = await redisLine();
    // Nobody works on it: what happens to it is what the test does.
    const env = { ...line.env, JOB_CONCURRENCY: '0' };
    const { server: one, teacher: ina, lessonId } = await school({ env });
    const two = await startTestServer({ env, dataDir: one.dataDir });
    await isUp(one, true);
    await isUp(two, true);
    const { id } = (await announce(one, ina, lessonId, mp4Bytes(100))).job;
    const topic = `job.${id}`;
    let heardBy = 0;
    const told = Promise.withResolvers<unknown>();
    const states = await jobStates(two, ina, id, async ({ status }) => {
      if (status !== 'QUEUED') return;
      heardBy = await line.listeners(topic);
      const { message } = await line.hear(topic);
      await ok(one.url, CancelJobDocument, { id }, ina.token);
      told.resolve(message);
    });
    expect(states.map(({ status }) => status)).toEqual(['QUEUED', 'CANCELLED']);
    expect(heardBy).toBe(1);
    await told.promise;
    while ((await line.listeners(topic)) > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('a rate of several nodes', () => {
  test('is counted together, and by each node for itself while Redis is away', async () => {
    const line = await redisLine();
    const env = { ...line.env, RATE_MUTATIONS_PER_MINUTE: '4' };
    const clock = { now: () => 1_800_000_000_000, monotonic: () => performance.now() };
    const one = await startTestServer({ env, clock });
    const two = await startTestServer({ env, clock, dataDir: one.dataDir });
    await isUp(one, true);
    await isUp(two, true);
    const ina = await instructor(one);
    const create = ({ url }: TestServer) => ok(url, CreateCourseDocument, { input: { title: 'One' } }, ina.token);
    const refusal = ({ url }: TestServer) => refused(url, CreateCourseDocument, { input: { title: 'One' } }, ina.token);
    for (const node of [one, two, one, two]) await create(node);
    expect(await refusal(one)).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await refusal(two)).toMatchObject({ code: 'RATE_LIMITED' });
    await line.cut();
    await isUp(one, false);
    for (let n = 0; n < 4; n++) await create(one);
    expect(await refusal(one)).toMatchObject({ code: 'RATE_LIMITED' });
    await line.mend();
    await isUp(two, true);
    expect(await refusal(two)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('holds nothing up for long when Redis does not answer', async () => {
    const line = await redisLine();
    const server = await startTestServer({ env: { ...line.env, RATE_MUTATIONS_PER_MINUTE: '4' } });
    await isUp(server, true);
    const ina = await instructor(server);
    line.hold(true);
    await ok(server.url, CreateCourseDocument, { input: { title: 'One' } }, ina.token);
    await isUp(server, false);
  });
});

/** Two nodes on one database, and an answer that the first generates. */
async function running() {
  const line = await redisLine();
  const { server: one, model, sam, lessonId } = await scriptedClassroom({ env: line.env });
  const two = await startTestServer({ env: { ...line.env, ...model.env }, dataDir: one.dataDir });
  await isUp(one, true);
  await isUp(two, true);
  const input = { lessonId, message: 'How does merge sort work?' };
  const { askTutor } = await ok(one.url, AskTutorDocument, { input }, sam.token);
  return { one, two, line, sam, chatId: askTutor.id, call: await model.nextCall() };
}

/** Resolves when messages pass, or when the node knows that they do not. */
async function isUp({ app }: TestServer, wanted: boolean): Promise<void> {
  while (app.bus.isUp !== wanted) await new Promise((resolve) => setImmediate(resolve));
}

/** The node stores no text until it is released. */
function holdStoring({ app }: TestServer): { release(): void } {
  const held = Promise.withResolvers<void>();
  const { transaction } = app.statements;
  app.statements.transaction = async (work) => {
    await held.promise;
    return transaction(work);
  };
  afterTest(async () => held.resolve());
  return { release: held.resolve };
}

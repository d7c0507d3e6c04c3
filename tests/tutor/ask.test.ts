import { describe, expect, it } from '@jest/globals';
import { ok, refused, request } from '../support/client.js';
import {
  AskTutorDocument,
  ChatHistoryDocument,
  ChatMessageByIdDocument,
  UpdateCourseDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import { classroom, courseOf, lessonOf, student } from '../support/people.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer } from '../support/server.js';

describe('askTutor', () => {
  it('gives the message at once, while the model is still silent', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    expect(askTutor).toMatchObject({
      status: 'STREAMING',
      response: '',
      citations: [],
      usage: null,
      creditsCharged: 0,
    });
    (await model.nextCall()).say('Because.').finish();
  });

  it('waits for the ending when it is asked to', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('Because ', 'so.').finish());
    const input = { lessonId, message: 'Why?', timestampVideo: '12:40' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor).toMatchObject({
      status: 'COMPLETED',
      response: 'Because so.',
      message: 'Why?',
      timestampVideo: '12:40',
      timestampSeconds: 760,
      truncated: false,
      failureCode: null,
      lesson: { id: lessonId },
      usage: { chatId: askTutor.id, provider: 'openai', model: 'scripted', source: 'PROVIDER' },
    });
    expect(askTutor.completedAt).not.toBeNull();
  });

  it('answers a repeat of the same clientRequestId with the row that it made', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('Once.').finish());
    const input = { lessonId, message: 'Why?', timestampVideo: '12:40', clientRequestId: 'r1' };
    const ask = () => ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    const answers = await Promise.all(Array.from({ length: 50 }, ask));
    expect(new Set(answers.map(({ askTutor }) => JSON.stringify(askTutor))).size).toBe(1);
    expect(model.calls).toHaveLength(1);
    expect(await countChats(server)).toBe(1);
  });

  it.each([
    ['message', { message: 'Why not?' }],
    ['timestamp', { timestampVideo: '12:41' }],
    ['absence of a timestamp', { timestampVideo: null }],
  ])('refuses the same clientRequestId with another %s', async (_what, change) => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('Once.').finish());
    const input = { lessonId, message: 'Why?', timestampVideo: '12:40', clientRequestId: 'r1' };
    await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    const refusal = await refused(server.url, AskTutorDocument, { input: { ...input, ...change } }, sam.token);
    expect(refusal).toMatchObject({ code: 'CONFLICT', field: 'clientRequestId' });
  });

  it('keeps the clientRequestIds of two students apart', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('Yours.').finish());
    const input = { lessonId, message: 'Why?', clientRequestId: 'r1' };
    const eve = await student(server, 'eve');
    const mine = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    const hers = await ok(server.url, AskTutorDocument, { input, wait: true }, eve.token);
    expect(mine.askTutor.id).not.toBe(hers.askTutor.id);
  });

  it('lets three answers of a student run, and no fourth', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const ask = () => request(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const results = await Promise.all([ask(), ask(), ask(), ask(), ask()]);
    const codes = results.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
    expect(codes).toEqual(['TUTOR_BUSY', 'TUTOR_BUSY']);
    expect(await countChats(server)).toBe(3);
    model.always((call) => call.say('Done.').finish());
  });

  it('counts questions a minute', async () => {
    const server = await startTestServer({ env: { RATE_ASKS_PER_MINUTE: '2' } });
    const { sam, lessonId } = await classroom(server);
    const input = { lessonId, message: 'Why?', clientRequestId: 'again' };
    await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const refusal = await refused(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    expect(refusal.code).toBe('RATE_LIMITED');
    expect(refusal.retryAfterSeconds).toBeGreaterThan(0);
  });
});

describe('askTutor refuses, and writes no row', () => {
  const cases = [
    ['an empty message', { message: ' \n' }, 'BAD_USER_INPUT', 'message'],
    ['a message of 4,001 characters', { message: 'x'.repeat(4001) }, 'BAD_USER_INPUT', 'message'],
    ['a long clientRequestId', { clientRequestId: 'x'.repeat(65) }, 'BAD_USER_INPUT', 'clientRequestId'],
    ['an empty clientRequestId', { clientRequestId: '' }, 'BAD_USER_INPUT', 'clientRequestId'],
    ['an unknown lesson', { lessonId: '999' }, 'NOT_FOUND', 'lessonId'],
    ['a lesson id that is none', { lessonId: 'abc' }, 'NOT_FOUND', 'lessonId'],
    ...['12:75', '-1:00', '99:99:99', '12', '1:2', '', 'now', '15:01'].map(
      (timestampVideo) =>
        [`the timestamp "${timestampVideo}"`, { timestampVideo }, 'BAD_TIMESTAMP', 'timestampVideo'] as const,
    ),
  ] as const;

  it.each(cases.map((each) => [...each]))('%s', async (_what, change, code, field) => {
    const server = await sharedServer();
    const input = { lessonId: '1', message: 'Why?', ...(change as object) };
    expect(await refused(server.url, AskTutorDocument, { input }, server.token)).toMatchObject({ code, field });
    expect(await countChats(server)).toBe(0);
  });

  it('without a token', async () => {
    const server = await sharedServer();
    const input = { lessonId: '1', message: 'Why?' };
    expect(await refused(server.url, AskTutorDocument, { input })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('a lesson of a draft, as if there were none', async () => {
    const { server, teacher, courseId, sam, lessonId } = await scriptedClassroom();
    await ok(server.url, UpdateCourseDocument, { id: courseId, input: { status: 'DRAFT' } }, teacher.token);
    const input = { lessonId, message: 'Why?' };
    expect(await refused(server.url, AskTutorDocument, { input }, sam.token)).toMatchObject({ code: 'NOT_FOUND' });
  });

  async function sharedServer() {
    const server = await startTestServer();
    const { sam } = await classroom(server);
    return { ...server, token: sam.token };
  }
});

describe('the end of a video', () => {
  it('is its duration where that is known, and else the latest cue’s end', async () => {
    const { server, teacher, sam, lessonId, model } = await scriptedClassroom();
    model.always((call) => call.say('Yes.').finish());
    const at = (timestampVideo: string) =>
      request(
        server.url,
        AskTutorDocument,
        { input: { lessonId, message: 'Why?', timestampVideo }, wait: true },
        sam.token,
      );
    expect((await at('15:00')).errors).toEqual([]);
    expect((await at('15:01')).errors[0]?.extensions.code).toBe('BAD_TIMESTAMP');
    await ok(server.url, UpdateLessonDocument, { id: lessonId, input: { durationSeconds: 4000 } }, teacher.token);
    expect((await at('66:40')).errors).toEqual([]);
    expect((await at('1:06:41')).errors[0]?.extensions.code).toBe('BAD_TIMESTAMP');
  });

  it('is unknown without both: every well-formed moment is taken', async () => {
    const { server, teacher, courseId, sam, model } = await scriptedClassroom();
    model.always((call) => call.say('Yes.').finish());
    const lessonId = await lessonOf(server, teacher, courseId, { title: 'No words' });
    const input = { lessonId, message: 'Why?', timestampVideo: '99:59:59' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor).toMatchObject({ status: 'COMPLETED', timestampSeconds: 359999 });
  });
});

describe('chatHistory and chatMessage', () => {
  it('hold the viewer’s own messages, oldest first, and nobody else’s', async () => {
    const { server, teacher, courseId, sam, lessonId, model } = await scriptedClassroom();
    model.always((call) => call.say('Yes.').finish());
    const other = await lessonOf(server, teacher, courseId, { title: 'Another' });
    for (const [lesson, message] of [
      [lessonId, 'one'],
      [lessonId, 'two'],
      [other, 'elsewhere'],
    ] as const) {
      await ok(server.url, AskTutorDocument, { input: { lessonId: lesson, message }, wait: true }, sam.token);
    }
    const { chatHistory } = await ok(server.url, ChatHistoryDocument, { lessonId }, sam.token);
    expect(chatHistory.totalCount).toBe(2);
    expect(chatHistory.nodes.map(({ message }) => message)).toEqual(['one', 'two']);
    const id = chatHistory.nodes[0]?.id ?? '';
    for (const stranger of [teacher, await student(server, 'eve')]) {
      const hers = await ok(server.url, ChatHistoryDocument, { lessonId }, stranger.token);
      expect(hers.chatHistory).toMatchObject({ totalCount: 0, nodes: [] });
      expect((await ok(server.url, ChatMessageByIdDocument, { id }, stranger.token)).chatMessage).toBeNull();
    }
    expect((await ok(server.url, ChatMessageByIdDocument, { id }, sam.token)).chatMessage?.message).toBe('one');
  });

  it('are hidden with a course that is withdrawn', async () => {
    const { server, teacher, sam, model } = await scriptedClassroom();
    model.always((call) => call.say('Yes.').finish());
    const courseId = await courseOf(server, teacher, 'Soon gone');
    const lessonId = await lessonOf(server, teacher, courseId);
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    await ok(server.url, UpdateCourseDocument, { id: courseId, input: { status: 'DRAFT' } }, teacher.token);
    expect((await ok(server.url, ChatHistoryDocument, { lessonId }, sam.token)).chatHistory.totalCount).toBe(0);
    expect((await ok(server.url, ChatMessageByIdDocument, { id: askTutor.id }, sam.token)).chatMessage).toBeNull();
  });
});

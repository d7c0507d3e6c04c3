import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import {
  AskTutorDocument,
  CancelTutorDocument,
  DeleteCourseDocument,
  DeleteLessonDocument,
  MeDocument,
} from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import type { ModelCall } from '../support/scripted-model.js';
import { endedChat, tokenStream } from '../support/streams.js';

describe('an answer ends', () => {
  it.each<[string, (call: ModelCall) => void, object]>([
    ['COMPLETED when the model finishes', (c) => c.say('Yes.').finish(), { status: 'COMPLETED', truncated: false }],
    [
      'COMPLETED when it comes in one piece',
      (c) =>
        c.refuse(200, {
          choices: [{ message: { role: 'assistant', content: 'Whole.' }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 7, completion_tokens: 3 },
        }),
      { status: 'COMPLETED', response: 'Whole.', usage: { tokensInput: 7, tokensOutput: 3, source: 'PROVIDER' } },
    ],
  ])('%s', async (_what, answer, expected) => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    model.always(answer);
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    expect(askTutor).toMatchObject(expected);
    await expectLedgerExact(server, sam);
    if (askTutor.response.trim() === '') expect(askTutor.creditsCharged).toBe(0);
    expect(JSON.stringify(askTutor)).not.toContain('secret words of the provider');
  });

  it('FAILED, stored so that every later subscriber gets the same event', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    model.always((call) => call.refuse(400));
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    const [event] = await tokenStream(server, sam, askTutor.id).rest();
    expect(event).toMatchObject({
      __typename: 'TutorFailed',
      code: 'TUTOR_UNAVAILABLE',
      message: askTutor.failureMessage,
    });
  });

  it('COMPLETED soon after the finish, although the connection stays open without [DONE]', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    model.always((call) => call.say('Yes.').event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    expect(askTutor).toMatchObject({ status: 'COMPLETED', response: 'Yes.', usage: { source: 'ESTIMATED' } });
  });

  it('after a second try when the first found the server overloaded', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    model.always((call) => (model.calls.length === 1 ? call.refuse(503) : call.say('Now.').finish()));
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    expect(askTutor).toMatchObject({ status: 'COMPLETED', response: 'Now.' });
    expect(model.calls).toHaveLength(2);
  });

  it('COMPLETED and truncated at the size cap, and the model is stopped', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom({ env: { TUTOR_MAX_ANSWER_BYTES: '1024' } });
    model.always((call) => void call.say('é'.repeat(1000)));
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    expect(askTutor).toMatchObject({ status: 'COMPLETED', truncated: true, response: 'é'.repeat(512) });
    await model.calls[0]?.closed;
  });
});

describe('cancelTutor', () => {
  it('stops an answer in the middle, keeps its text and closes the model’s connection', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const call = await model.nextCall();
    const stream = tokenStream(server, sam, askTutor.id);
    call.say('Half an ');
    await stream.next();
    const { cancelTutor } = await ok(server.url, CancelTutorDocument, { chatId: askTutor.id }, sam.token);
    expect(cancelTutor).toMatchObject({ status: 'CANCELLED', response: 'Half an ', usage: { source: 'ESTIMATED' } });
    await call.closed;
    expect(endedChat(await stream.rest())).toEqual(cancelTutor);
    const again = await ok(server.url, CancelTutorDocument, { chatId: askTutor.id }, sam.token);
    expect(again.cancelTutor).toEqual(cancelTutor);
    await expectLedgerExact(server, sam);
  });

  it('works by clientRequestId before the first token, and then costs nothing', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?', clientRequestId: 'r1' } }, sam.token);
    const call = await model.nextCall();
    const { cancelTutor } = await ok(server.url, CancelTutorDocument, { clientRequestId: 'r1' }, sam.token);
    expect(cancelTutor).toMatchObject({ status: 'CANCELLED', response: '', creditsCharged: 0, usage: null });
    await call.closed;
    expect((await ok(server.url, MeDocument, {}, sam.token)).me.credits).toBe(100);
  });

  it.each(['deleteLesson', 'deleteCourse'])('happens to answers of a lesson that %s removes', async (which) => {
    const { server, teacher, courseId, sam, lessonId, model } = await scriptedClassroom();
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const call = await model.nextCall();
    const stream = tokenStream(server, sam, askTutor.id);
    call.say('Half');
    await stream.next();
    if (which === 'deleteLesson') await ok(server.url, DeleteLessonDocument, { id: lessonId }, teacher.token);
    else await ok(server.url, DeleteCourseDocument, { id: courseId }, teacher.token);
    expect(endedChat(await stream.rest())).toMatchObject({ status: 'CANCELLED', response: 'Half' });
    await call.closed;
    await expectLedgerExact(server, sam);
  });
});

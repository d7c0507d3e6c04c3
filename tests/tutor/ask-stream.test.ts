import { describe, expect, it } from '@jest/globals';
import { openSocket } from '../support/client.js';
import { person, student } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { askStream, endedChat, textOf } from '../support/streams.js';

describe('askTutorStream', () => {
  it('sends the answer as the model says it, then the stored message with its citations', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const input = { lessonId, message: 'Why is a bad pivot slow?', timestampVideo: '12:40', clientRequestId: 'q1' };
    const stream = askStream(server, sam, input);
    const first = stream.next();
    const call = await model.nextCall();
    expect(call.prompt).toContain('The pivot divides the cards');
    call.say('A bad pivot ');
    expect(await first).toMatchObject({ offset: 0, text: 'A bad pivot ' });
    call.say('makes “quicksort slow” [12:45].').finish('stop', { input: 500, output: 20 });

    expect(endedChat(await stream.rest())).toMatchObject({
      status: 'COMPLETED',
      response: 'A bad pivot makes “quicksort slow” [12:45].',
      citations: [{ lessonId, timestamp: '12:45', startSeconds: 765, quote: 'A bad pivot makes quicksort slow.' }],
      creditsCharged: 1,
      usage: { tokensInput: 500, tokensOutput: 20, source: 'PROVIDER' },
    });
  });

  it('attaches again when it is sent again, and asks the model once', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const input = { lessonId, message: 'Why?', clientRequestId: 'q1' };
    const first = askStream(server, sam, input);
    const begun = first.next();
    const call = await model.nextCall();
    call.say('One ');
    await begun;
    const again = askStream(server, sam, input);
    expect(await again.next()).toMatchObject({ offset: 0, text: 'One ' });
    call.say('two.').finish();
    expect(textOf(await again.rest())).toBe('two.');
    expect(textOf(await first.rest())).toBe('two.');
    const late = await askStream(server, sam, input, 2).rest();
    expect(late[0]).toMatchObject({ offset: 2, text: 'e two.' });
    expect(model.calls).toHaveLength(1);
  });

  it('sends pieces of every length whole', async () => {
    const env = { TUTOR_MAX_ANSWER_BYTES: '200000' };
    const { server, model, sam, lessonId } = await scriptedClassroom({ env });
    const stream = askStream(server, sam, { lessonId, message: 'Why?', clientRequestId: 'q1' });
    const begun = stream.next();
    const answer = `${'é'.repeat(40_000)}${'x'.repeat(70_000)}`;
    (await model.nextCall()).say(answer).finish();
    const events = [await begun, ...(await stream.rest())];
    expect(textOf(events)).toBe(answer);

    // A frame's length is written in one byte up to 125 bytes, in two up to 65,535, and then in eight.
    const socket = openSocket(server.url, sam.token);
    const query =
      'subscription ($id: ID!, $n: Int!) { a: tutorTokens(chatId: $id, after: $n) { ... on TutorToken { t: text } } }';
    const ofLengths = (from: number) => Array.from({ length: 60 }, (_, more) => from + more);
    for (const length of [...ofLengths(1), ...ofLengths(65_410), answer.length]) {
      const variables = { id: endedChat(events).id, n: answer.length - length };
      let text = '';
      const results = socket.iterate<{ a: { t?: string } }>({ query, variables });
      for await (const { data } of results) text += data?.a.t ?? '';
      expect(text === answer.slice(-length)).toBe(true);
    }
  });

  it('requires a clientRequestId', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    const refusal = await askStream(server, sam, { lessonId, message: 'Why?' }).refusal();
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'clientRequestId' });
    expect(model.calls).toHaveLength(0);
  });

  it('starts nothing for an unknown clientRequestId with after above 0', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    const stream = askStream(server, sam, { lessonId, message: 'Why?', clientRequestId: 'q1' }, 5);
    expect((await stream.refusal()).code).toBe('NOT_FOUND');
    expect(model.calls).toHaveLength(0);
  });

  it('refuses a negative after', async () => {
    const { server, sam, lessonId } = await scriptedClassroom();
    const stream = askStream(server, sam, { lessonId, message: 'Why?', clientRequestId: 'q1' }, -1);
    expect(await stream.refusal()).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
  });

  it('is refused without a token', async () => {
    const { server, sam, lessonId } = await scriptedClassroom();
    const nobody = { ...sam, token: undefined as unknown as string };
    const stream = askStream(server, nobody, { lessonId, message: 'Why?', clientRequestId: 'q1' });
    expect((await stream.refusal()).code).toBe('UNAUTHENTICATED');
  });

  it('goes on when its only subscriber leaves', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const input = { lessonId, message: 'Why?', clientRequestId: 'q1' };
    const stream = askStream(server, sam, input);
    const begun = stream.next();
    const call = await model.nextCall();
    call.say('One ');
    await begun;
    await stream.leave();
    call.say('two.').finish();
    expect(endedChat(await askStream(server, sam, input).rest())).toMatchObject({
      status: 'COMPLETED',
      response: 'One two.',
    });
  });

  it('serves ten students at once, each with the words of their own answer', async () => {
    const { server, model, lessonId } = await scriptedClassroom();
    model.always((call) => {
      const question = call.body.messages.at(-1)?.content ?? '';
      call.say(...`You asked: ${question}`.split(/(?<= )/)).finish();
    });
    const people = await Promise.all([...Array(10).keys()].map((n) => person(server, `student${n}`)));
    const streams = people.map((who, n) => {
      const input = { lessonId, message: `question number ${n}`, clientRequestId: 'q1' };
      return askStream(server, who, input).rest();
    });
    for (const [n, events] of (await Promise.all(streams)).entries()) {
      const chat = endedChat(events);
      expect(chat.response).toBe(`You asked: question number ${n}`);
      expect(textOf(events)).toBe(chat.response);
    }
  });

  it('tells a student of INSUFFICIENT_CREDITS without asking the model', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom({ env: { CREDITS_PER_1K_OUTPUT: '1000' } });
    const stream = askStream(server, sam, { lessonId, message: 'Why?', clientRequestId: 'q1' });
    expect((await stream.refusal()).code).toBe('INSUFFICIENT_CREDITS');
    expect(model.calls).toHaveLength(0);
    const eve = await student(server, 'eve');
    expect((await askStream(server, eve, { lessonId, message: 'Why?', clientRequestId: 'q1' }, 3).refusal()).code).toBe(
      'NOT_FOUND',
    );
  });
});

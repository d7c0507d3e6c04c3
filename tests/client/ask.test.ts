import { describe, expect, it } from '@jest/globals';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { next, rest, textOf } from './answers.js';
import { clientOf } from './clients.js';

describe('lectern.ask', () => {
  it('gives the answer as it is written, and ends with the stored message and its citations', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);

    const answer = lectern.ask({ lessonId, message: 'Why?', timestampVideo: '12:40' });
    const call = await model.nextCall();
    call.say('A bad pivot ');
    expect(await next(answer)).toMatchObject({ __typename: 'TutorToken', offset: 0, text: 'A bad pivot ' });
    call.say('makes quicksort slow [12:45].').finish();

    const events = await rest(answer);
    expect(textOf(events)).toBe('makes quicksort slow [12:45].');
    expect(events.at(-1)).toMatchObject({
      __typename: 'TutorDone',
      chat: {
        status: 'COMPLETED',
        response: 'A bad pivot makes quicksort slow [12:45].',
        citations: [{ timestamp: '12:45', startSeconds: 765, quote: 'A bad pivot makes quicksort slow.' }],
      },
    });
  });

  it('leaves the answer running when its loop is left, to be taken up again by either of its names', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    const question = { lessonId, message: 'Why?', clientRequestId: 'q1' };

    const call = model.nextCall().then((call) => call.say('One '));
    let chatId = '';
    for await (const event of lectern.ask(question)) {
      chatId = 'chatId' in event ? event.chatId : '';
      break;
    }
    const again = lectern.ask(question, { after: 4 });
    const elsewhere = lectern.follow({ chatId });
    (await call).say('two.').finish();

    expect(textOf(await rest(again))).toBe('two.');
    expect(textOf(await rest(elsewhere))).toBe('One two.');
    expect(await countChats(server)).toBe(1);
  });

  it('may be left while nothing comes', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    const answer = lectern.ask({ lessonId, message: 'Why?' });
    const waited = answer.next();
    const call = await model.nextCall();

    await answer.return?.();

    expect(await waited).toEqual({ value: undefined, done: true });
    call.say('Nobody hears this.').finish();
    const [chat] = await ended(() => lectern.chatHistory({ lessonId }).then(({ nodes }) => nodes));
    expect(chat).toMatchObject({ status: 'COMPLETED', response: 'Nobody hears this.' });
  });

  it('ends with TutorFailed when the answer fails, and throws nothing', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    model.always((call) => call.finish('content_filter'));
    const events = await rest(lectern.ask({ lessonId, message: 'Why?' }));
    expect(events).toMatchObject([{ __typename: 'TutorFailed', code: 'TUTOR_REFUSED', chat: { status: 'FAILED' } }]);
  });

  it.each([
    ['a moment that is none', { timestampVideo: '99:99' }, { code: 'BAD_TIMESTAMP', field: 'timestampVideo' }],
    ['a lesson that is none', { lessonId: '999' }, { code: 'NOT_FOUND', field: 'lessonId' }],
    ['an empty question', { message: ' ' }, { code: 'BAD_USER_INPUT', field: 'message' }],
  ])('throws what the server refuses with: %s', async (_what, wrong, refusal) => {
    const { server, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    const asked = rest(lectern.ask({ lessonId, message: 'Why?', ...wrong }));
    await expect(asked).rejects.toMatchObject({ name: 'LecternError', ...refusal });
  });

  it('throws INSUFFICIENT_CREDITS, and UNAUTHENTICATED when nobody is signed in', async () => {
    const { server, sam, lessonId } = await scriptedClassroom({ env: { SIGNUP_CREDITS: '1' } });
    const poor = clientOf(server.url, sam).lectern;
    const nobody = clientOf(server.url).lectern;
    const question = { lessonId, message: 'Why?' };
    await expect(rest(poor.ask(question))).rejects.toMatchObject({ code: 'INSUFFICIENT_CREDITS' });
    await expect(rest(nobody.ask(question))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('the socket of a client', () => {
  it.each([
    ['is closed with the last answer', {}, 2],
    ['is kept for the next question, where it is told to be', { idleSocketMs: 2000 }, 1],
  ])('%s', async (_what, options, sockets) => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('Yes.').finish());
    const { lectern } = clientOf(server.url, sam, options);
    let opened = 0;
    lectern.onConnection((state) => {
      if (state === 'open') opened++;
    });
    for (const message of ['Why?', 'And why else?']) {
      await rest(lectern.ask({ lessonId, message }));
      // Over HTTP meanwhile, so that what closes has closed.
      await lectern.me();
    }
    expect(opened).toBe(sockets);
  });
});

describe('the signal of an answer', () => {
  it('stops the answer, whose last event is the message with the text so far', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    const stop = new AbortController();
    const answer = lectern.ask({ lessonId, message: 'Why?' }, { signal: stop.signal });
    const call = await model.nextCall();
    call.say('A bad pivot ');
    await next(answer);

    stop.abort();

    const chat = { status: 'CANCELLED', response: 'A bad pivot ' };
    expect(await rest(answer)).toMatchObject([{ __typename: 'TutorDone', chat }]);
    await call.closed;
  });

  it('stops an answer that has not begun to come', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    const stop = new AbortController();
    const answer = lectern.ask({ lessonId, message: 'Why?' }, { signal: stop.signal });
    const call = await model.nextCall();

    stop.abort();

    expect(await rest(answer)).toMatchObject([
      { __typename: 'TutorDone', chat: { status: 'CANCELLED', response: '' } },
    ]);
    await call.closed;
  });

  it('asks nothing when it was given before', async () => {
    const { server, sam, lessonId } = await scriptedClassroom();
    const { lectern, sent, followed } = clientOf(server.url, sam);
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(rest(lectern.ask({ lessonId, message: 'Why?' }, { signal }))).rejects.toThrow('too late');
    const stop = new AbortController();
    const answer = lectern.ask({ lessonId, message: 'Why?' }, { signal: stop.signal });
    stop.abort(new Error('at once'));
    await expect(rest(answer)).rejects.toThrow('at once');
    expect({ sent, followed, chats: await countChats(server) }).toEqual({ sent: [], followed: [], chats: 0 });
  });

  it('changes nothing when the loop was left', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { lectern, sent } = clientOf(server.url, sam);
    const stop = new AbortController();
    const call = model.nextCall().then((call) => call.say('One '));
    for await (const _ of lectern.ask({ lessonId, message: 'Why?' }, { signal: stop.signal })) break;
    stop.abort();
    (await call).say('two.').finish();
    const [chat] = await ended(() => lectern.chatHistory({ lessonId }).then(({ nodes }) => nodes));
    expect(chat).toMatchObject({ status: 'COMPLETED', response: 'One two.' });
    expect(sent).not.toContain('CancelTutor');
  });
});

/** Chats as they are when all have ended. */
async function ended<T extends { status: string }>(read: () => Promise<T[]>): Promise<T[]> {
  for (;;) {
    const chats = await read();
    // The model is asked while the question is being written: there may be none to read yet.
    if (chats.length > 0 && chats.every(({ status }) => status !== 'STREAMING')) return chats;
  }
}

import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { AskTutorDocument, ChatMessageByIdDocument } from '../support/generated/graphql.js';
import { student } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import type { ModelCall } from '../support/scripted-model.js';
import { endedChat, textOf, tokenStream } from '../support/streams.js';

describe('tutorTokens', () => {
  it('goes on where the lost socket stopped, without a gap and without a repeat', async () => {
    const { server, sam, chatId, call } = await running();
    const lost = tokenStream(server, sam, chatId);
    const heard: string[] = [];
    for (const word of ['Merge ', 'sort ', 'splits ']) {
      call.say(word);
      const event = await lost.next();
      heard.push('text' in event ? event.text : '');
    }
    await lost.leave();
    call.say('the ', 'deck ');
    const again = tokenStream(server, sam, chatId, heard.join('').length);
    const next = await again.next();
    call.say('in halves.').finish();
    const rest = [next, ...(await again.rest())];
    const { response } = endedChat(rest);
    expect(heard.join('') + textOf(rest)).toBe('Merge sort splits the deck in halves.');
    expect(response).toBe('Merge sort splits the deck in halves.');
  });

  it('gives a late subscriber of an ended answer the same bytes, from any position', async () => {
    const { server, sam, chatId, call } = await running();
    const response = 'Naïve 🂡🂮 sorts e\u0301ach card.';
    call.say(response).finish();
    await tokenStream(server, sam, chatId).rest();
    for (let after = 0; after <= response.length; after++) {
      if (/[\uDC00-\uDFFF]/.test(response[after] ?? '')) continue;
      const events = await tokenStream(server, sam, chatId, after).rest();
      expect(response.slice(0, after) + textOf(events)).toBe(response);
      expect(events.filter((event) => 'chat' in event)).toHaveLength(1);
    }
  });

  it('refuses a position within a character, of an ended answer and of a running one', async () => {
    const { server, sam, chatId, call } = await running();
    const early = tokenStream(server, sam, chatId, 1);
    const refusal = early.refusal();
    call.say('🂡 card');
    expect(await refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
    call.finish();
    await tokenStream(server, sam, chatId).rest();
    expect(await tokenStream(server, sam, chatId, 1).refusal()).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('sends nothing until the text passes a position ahead of it', async () => {
    const { server, sam, chatId, call } = await running();
    const behind = tokenStream(server, sam, chatId);
    const ahead = tokenStream(server, sam, chatId, 8);
    const first = ahead.next();
    call.say('1234');
    await behind.next();
    call.say('5678');
    await behind.next();
    call.say('90');
    expect(await first).toMatchObject({ offset: 8, text: '90' });
    call.finish();
    expect(await ahead.rest()).toHaveLength(1);
  });

  it('never cuts within a surrogate pair, and shows an unpaired half as U+FFFD', async () => {
    const { server, sam, chatId, call } = await running();
    const stream = tokenStream(server, sam, chatId);
    call.say('a\uD83C');
    expect(await stream.next()).toMatchObject({ text: 'a' });
    call.say('\uDCA1b');
    expect(await stream.next()).toMatchObject({ offset: 1, text: '🂡b' });
    call.say('\uDCA1c');
    expect(await stream.next()).toMatchObject({ offset: 4, text: '\uFFFDc' });
    call.say('d\uD83C').finish();
    const rest = await stream.rest();
    expect(textOf(rest)).toBe('d\uFFFD');
    expect(endedChat(rest).response).toBe('a🂡b\uFFFDcd\uFFFD');
  });

  it('stores what was shown while the model is still speaking', async () => {
    const { server, sam, chatId, call } = await running();
    const stream = tokenStream(server, sam, chatId);
    call.say('Half an answer');
    await stream.next();
    const stored = async () =>
      (await ok(server.url, ChatMessageByIdDocument, { id: chatId }, sam.token)).chatMessage?.response;
    // The model says nothing more: only the batch writer can bring the text into the row.
    while ((await stored()) === '') await new Promise((resolve) => setImmediate(resolve));
    expect(await stored()).toBe('Half an answer');
    call.finish();
  });

  it('is for the asker alone', async () => {
    const { server, chatId, call } = await running();
    const eve = await student(server, 'eve');
    expect((await tokenStream(server, eve, chatId).refusal()).code).toBe('NOT_FOUND');
    expect((await tokenStream(server, eve, '999').refusal()).code).toBe('NOT_FOUND');
    const nobody = { ...eve, token: undefined as unknown as string };
    expect((await tokenStream(server, nobody, chatId).refusal()).code).toBe('UNAUTHENTICATED');
    call.finish();
  });
});

/** A question that the model has taken and not yet answered. */
async function running(): Promise<Awaited<ReturnType<typeof scriptedClassroom>> & { chatId: string; call: ModelCall }> {
  const room = await scriptedClassroom();
  const { server, sam, lessonId, model } = room;
  const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'How?' } }, sam.token);
  return { ...room, chatId: askTutor.id, call: await model.nextCall() };
}

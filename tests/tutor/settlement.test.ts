import { describe, expect, it } from '@jest/globals';
import { ok, request } from '../support/client.js';
import {
  AiUsageDocument,
  AskTutorDocument,
  CancelTutorDocument,
  CreditHistoryDocument,
  MeDocument,
} from '../support/generated/graphql.js';
import { classroom } from '../support/people.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer } from '../support/server.js';

describe('an answer is paid for', () => {
  it('with a hold at the ask and one release at the end: price, rounded up', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    const ask = ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' }, wait: true }, sam.token);
    const call = await model.nextCall();
    const held = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    const hold = held.creditHistory.nodes[0];
    expect(hold).toMatchObject({ reason: 'HOLD', chatId: '1' });
    expect((await ok(server.url, MeDocument, {}, sam.token)).me.credits).toBe(100 + (hold?.amount ?? 0));

    call.say('Because.').finish('stop', { input: 700, output: 150 });
    expect((await ask).askTutor).toMatchObject({ creditsCharged: 2 }); // 0.7 × 1 + 0.15 × 4 = 1.3
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    expect(creditHistory.nodes.map(({ reason, amount }) => [reason, amount])).toEqual([
      ['RELEASE', -(hold?.amount ?? 0) - 2],
      ['HOLD', hold?.amount],
      ['SIGNUP', 100],
    ]);
    expect(creditHistory.nodes[0]?.balanceAfter).toBe(98);
    const { aiUsage } = await ok(server.url, AiUsageDocument, {}, sam.token);
    expect(aiUsage.nodes).toMatchObject([{ chatId: '1', tokensInput: 700, tokensOutput: 150, source: 'PROVIDER' }]);
  });

  it('with no more than the hold, whatever the provider reports', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    model.always((call) => call.say('Because.').finish('stop', { input: 10 ** 12, output: -5 }));
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    const [release, hold] = creditHistory.nodes;
    expect(release).toMatchObject({ reason: 'RELEASE', amount: 0 });
    expect(askTutor.creditsCharged).toBe(-(hold?.amount ?? 0));
    expect(askTutor.usage).toMatchObject({ tokensInput: 10_000_000, tokensOutput: 0 });
  });

  it('never beyond the balance, also when asks come at once', async () => {
    const env = { CREDITS_PER_1K_INPUT: '0', CREDITS_PER_1K_OUTPUT: '50', TUTOR_RUNNING_PER_USER: '50' };
    const { server, sam, lessonId, model } = await scriptedClassroom({ env });
    const ask = () => request(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const results = await Promise.all(Array.from({ length: 10 }, ask));
    const codes = results.map(({ errors }) => errors[0]?.extensions.code ?? 'ok').sort();
    expect(codes).toEqual([...Array(8).fill('INSUFFICIENT_CREDITS'), 'ok', 'ok']); // 100 credits, 40 held for each
    expect((await ok(server.url, MeDocument, {}, sam.token)).me.credits).toBe(20);
    expect(await countChats(server)).toBe(2);
    model.always((call) => call.say('Done.').finish('stop', { input: 10, output: 1000 }));
  });

  it('not at all at price 0: no entries', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom({
      env: { CREDITS_PER_1K_INPUT: '0', CREDITS_PER_1K_OUTPUT: '0' },
    });
    model.always((call) => call.say('Free.').finish());
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'Why?' }, wait: true },
      sam.token,
    );
    expect(askTutor.creditsCharged).toBe(0);
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    expect(creditHistory.nodes.map(({ reason }) => reason)).toEqual(['SIGNUP']);
  });

  it('at the price of the ask, by one of two endings at once', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom();
    const asked = ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' }, wait: true }, sam.token);
    const call = await model.nextCall();
    call.say('Because.');
    const cancels = Array.from({ length: 5 }, () => ok(server.url, CancelTutorDocument, { chatId: '1' }, sam.token));
    call.finish();
    const endings = await Promise.all([asked, ...cancels]);
    const chats = endings.map((each) => JSON.stringify('askTutor' in each ? each.askTutor : each.cancelTutor));
    expect(new Set(chats).size).toBe(1);
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    expect(creditHistory.nodes.map(({ reason }) => reason)).toEqual(['RELEASE', 'HOLD', 'SIGNUP']);
  });
});

describe('the embedded tutor', () => {
  it('quotes the lecture word for word, cites it, says what it is, and costs nothing', async () => {
    const server = await startTestServer();
    const { sam, lessonId } = await classroom(server);
    const input = { lessonId, message: 'Why is a bad pivot slow in quicksort?', timestampVideo: '12:40' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor.response).toContain('extractive tutor');
    expect(askTutor.citations.length).toBeGreaterThanOrEqual(2);
    expect(askTutor.citations.map(({ quote }) => quote)).toContain('A bad pivot makes quicksort slow.');
    expect(askTutor).toMatchObject({
      status: 'COMPLETED',
      creditsCharged: 0,
      usage: { provider: 'embedded', source: 'ESTIMATED' },
    });
    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    expect(creditHistory.nodes.map(({ reason }) => reason)).toEqual(['SIGNUP']);
  });

  it('says so when the transcript does not hold the answer', async () => {
    const server = await startTestServer();
    const { sam, lessonId } = await classroom(server);
    const input = { lessonId, message: 'Who painted the Mona Lisa?' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor.response).toContain('does not hold an answer');
    expect(askTutor.citations).toEqual([]);
  });

  it('speaks the language of the question', async () => {
    const server = await startTestServer();
    const { sam, lessonId } = await classroom(server);
    const input = { lessonId, message: 'Mengapa pivot yang buruk membuat quicksort menjadi lambat?' };
    const { askTutor } = await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    expect(askTutor.response).toContain('tutor ekstraktif');
  });
});

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { describe, expect, it } from '@jest/globals';
import { grant } from '../../src/credits/ledger.service.js';
import { sharedServer } from '../server/shared-server.js';
import { ok, refused } from '../support/client.js';
import { AiUsageDocument, AskTutorDocument, CreditHistoryDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, type Person, student } from '../support/people.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer, type TestServer } from '../support/server.js';

/** Grants of 1, 2, 3 … credits, one after the other. */
async function grants({ app }: TestServer, { id }: Person, from: number, to: number): Promise<void> {
  for (let amount = from; amount <= to; amount++) await grant(app, Number(id), amount, `grant ${amount}`);
}

/** A server whose model answers every question, and a lesson to ask about. */
async function serverWithLesson() {
  const model = await startScriptedModel();
  model.always((call) => call.say('Forty-two.').finish('stop', { input: 1000 * model.calls.length, output: 10 }));
  const server = await startTestServer({ env: model.env });
  const teacher = await instructor(server);
  const lessonId = await lessonOf(server, teacher, await courseOf(server, teacher));
  const ask = async ({ token }: Person) =>
    (await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' }, wait: true }, token)).askTutor;
  return { server, ask };
}

describe('creditHistory', () => {
  it('gives the own ledger, newest first, 20 lines at a time', async () => {
    const server = await startTestServer();
    const sam = await student(server, 'sam');
    const eve = await student(server, 'eve');
    await grants(server, sam, 1, 24);
    await grants(server, eve, 1000, 1001);

    const { creditHistory: page } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    const after = page.pageInfo.endCursor;
    const { creditHistory: rest } = await ok(server.url, CreditHistoryDocument, { first: 100, after }, sam.token);

    expect(page.nodes.map(({ amount }) => amount)).toEqual(Array.from({ length: 20 }, (_, index) => 24 - index));
    expect(page.nodes[0]).toMatchObject({ balanceAfter: 400, reason: 'GRANT', chatId: null, note: 'grant 24' });
    expect(page).toMatchObject({ totalCount: 25, pageInfo: { hasNextPage: true } });
    expect(rest.nodes.map(({ amount }) => amount)).toEqual([4, 3, 2, 1, 100]);
    expect(rest.nodes.at(-1)).toMatchObject({ balanceAfter: 100, reason: 'SIGNUP', note: null });
    expect(rest).toMatchObject({ totalCount: 25, pageInfo: { hasNextPage: false } });
  });

  it('neither repeats nor hides a line when one is written between two pages', async () => {
    const server = await startTestServer();
    const sam = await student(server);
    await grants(server, sam, 1, 5);

    const { creditHistory: page } = await ok(server.url, CreditHistoryDocument, { first: 3 }, sam.token);
    await grants(server, sam, 6, 7);
    const after = page.pageInfo.endCursor;
    const { creditHistory: rest } = await ok(server.url, CreditHistoryDocument, { first: 3, after }, sam.token);

    expect(page.nodes.map(({ amount }) => amount)).toEqual([5, 4, 3]);
    expect(rest.nodes.map(({ amount }) => amount)).toEqual([2, 1, 100]);
    expect(rest).toMatchObject({ totalCount: 8, pageInfo: { hasNextPage: false } });
  });

  it('shows the hold of an answer and what of it was given back, and their sum is the balance', async () => {
    const { server, ask } = await serverWithLesson();
    const sam = await student(server, 'sam');

    const chat = await ask(sam);

    const { creditHistory } = await ok(server.url, CreditHistoryDocument, {}, sam.token);
    const [release, hold, signup] = creditHistory.nodes;
    expect(creditHistory.nodes).toHaveLength(3);
    expect(hold).toMatchObject({ reason: 'HOLD', chatId: chat.id, balanceAfter: 100 + (hold?.amount ?? 0) });
    expect(hold?.amount).toBeLessThan(0);
    // 1,000 tokens in at 1 and 10 out at 4 credits per 1,000 are 1.04, rounded up.
    expect(chat.creditsCharged).toBe(2);
    expect(release).toMatchObject({ reason: 'RELEASE', chatId: chat.id, balanceAfter: 98 });
    expect((release?.amount ?? 0) + (hold?.amount ?? 0) + (signup?.amount ?? 0)).toBe(98);
  });
});

describe('aiUsage', () => {
  it('gives the own answered calls, newest first, in pages', async () => {
    const { server, ask } = await serverWithLesson();
    const sam = await student(server, 'sam');
    const eve = await student(server, 'eve');
    const chats = [await ask(sam), await ask(eve), await ask(sam), await ask(sam)];

    const { aiUsage: page } = await ok(server.url, AiUsageDocument, { first: 2 }, sam.token);
    const after = page.pageInfo.endCursor;
    const { aiUsage: rest } = await ok(server.url, AiUsageDocument, { first: 2, after }, sam.token);

    const call = { provider: 'openai', model: 'scripted', tokensOutput: 10, source: 'PROVIDER' };
    expect(page).toMatchObject({
      totalCount: 3,
      nodes: [
        { ...call, chatId: chats[3]?.id, tokensInput: 4000 },
        { ...call, chatId: chats[2]?.id, tokensInput: 3000 },
      ],
      pageInfo: { hasNextPage: true },
    });
    expect(rest).toMatchObject({
      totalCount: 3,
      nodes: [{ ...call, chatId: chats[0]?.id, tokensInput: 1000 }],
      pageInfo: { hasNextPage: false },
    });
  });

  it('is empty for who has asked nothing', async () => {
    const server = await startTestServer();
    const { token } = await student(server);

    const { aiUsage } = await ok(server.url, AiUsageDocument, {}, token);

    expect(aiUsage).toEqual({ totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });
});

type PageDocument = TypedDocumentNode<unknown, { first?: number | null; after?: string | null }>;

describe.each<[string, PageDocument]>([
  ['creditHistory', CreditHistoryDocument],
  ['aiUsage', AiUsageDocument],
])('a page of %s', (_name, document) => {
  const server = sharedServer();
  let sam: Person | undefined;
  const token = async () => {
    sam ??= await student(server);
    return sam.token;
  };

  it.each([0, -1, 101])('is refused with first: %d', async (first) => {
    const error = await refused(server.url, document, { first }, await token());

    expect(error).toEqual({ code: 'BAD_USER_INPUT', field: 'first', message: expect.stringContaining('1 to 100') });
  });

  it.each([
    ['a word', 'nonsense'],
    ['nothing', ''],
    ['no base64', '!!!'],
    ['a number', '1'],
    ['a cursor of another list', Buffer.from('1:2').toString('base64url')],
    ['a number in another notation', Buffer.from('0x10').toString('base64url')],
    ['a fraction', Buffer.from('1.5').toString('base64url')],
    ['an endless text', 'a'.repeat(10_000)],
  ])('is refused with a cursor of %s', async (_what, after) => {
    const error = await refused(server.url, document, { after }, await token());

    expect(error).toEqual({ code: 'BAD_USER_INPUT', field: 'after', message: expect.stringContaining('endCursor') });
  });

  it('is given with first: 1, first: 100 and nulls', async () => {
    for (const variables of [{ first: 1 }, { first: 100 }, { first: null, after: null }]) {
      expect(await ok(server.url, document, variables, await token())).toBeTruthy();
    }
  });

  it('asks who sends no token to sign in', async () => {
    expect((await refused(server.url, document, {})).code).toBe('UNAUTHENTICATED');
  });
});

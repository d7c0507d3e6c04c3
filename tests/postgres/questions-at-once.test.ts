import { expect, it } from '@jest/globals';
import { endAnswer } from '../../src/tutor/ending.service.js';
import { ok, request } from '../support/client.js';
import { AskTutorDocument, ChatMessageByIdDocument, DeleteAccountDocument } from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { describePostgres } from '../support/one-database.js';
import { classroom, PASSWORD } from '../support/people.js';
import { countChats } from '../support/scripted-classroom.js';
import { startScriptedModel } from '../support/scripted-model.js';
import type { TestServer } from '../support/server.js';
import { atOnce, tally, twoNodes } from './nodes.js';

const REASON = 'SQLite has one writer at a time';

/** Two nodes that ask one scripted model, and a classroom. */
async function twoTutors(env: Record<string, string> = {}) {
  const model = await startScriptedModel();
  const nodes = await twoNodes({ env: { ...model.env, ...env } });
  const room = await classroom(nodes[0]);
  const { lessonId, sam } = room;
  const ask = async ({ url }: TestServer, clientRequestId: string | null = null) => {
    const input = { lessonId, message: 'Why?', clientRequestId };
    const { data, errors } = await request(url, AskTutorDocument, { input }, sam.token);
    return data ? `chat ${data.askTutor.id}` : (errors[0]?.extensions.code ?? '');
  };
  return { model, nodes, ask, ...room };
}

const outcome = (answer: string) => answer.replace(/\d+/, 'made');

describePostgres('questions that two nodes take at once', REASON, () => {
  it('run no more for one asker than may run', async () => {
    const { nodes, ask } = await twoTutors({ TUTOR_RUNNING_PER_USER: '3', SIGNUP_CREDITS: '100000' });
    const answers = await atOnce(nodes, 12, (node) => ask(node));
    expect(tally(answers.map(outcome))).toEqual({ 'chat made': 3, TUTOR_BUSY: 9 });
    expect(await countChats(nodes[0])).toBe(3);
  });

  it('hold no credits that the asker has not', async () => {
    const { nodes, ask, sam, model } = await twoTutors({ TUTOR_RUNNING_PER_USER: '100', SIGNUP_CREDITS: '20' });
    model.always((call) => call.say('So.').finish());
    const answers = await atOnce(nodes, 16, (node) => ask(node));
    const { 'chat made': made = 0, INSUFFICIENT_CREDITS: refused = 0 } = tally(answers.map(outcome));
    expect([made + refused, made > 0, refused > 0]).toEqual([16, true, true]);
    const lowest = await nodes[0].app.read
      .selectFrom('creditEntries')
      .select((eb) => eb.fn.min<number>('balanceAfter').as('balance'))
      .executeTakeFirstOrThrow();
    expect(lowest.balance).toBeGreaterThanOrEqual(0);
    await Promise.all(nodes.map(({ app }) => Promise.all(app.tutor.answers.running.map(({ ended }) => ended))));
    await expectLedgerExact(nodes[1], sam);
  });

  it('are one question where they are the same request', async () => {
    const { nodes, ask } = await twoTutors({ TUTOR_RUNNING_PER_USER: '2' });
    for (const request of ['one', 'two']) {
      const answers = await atOnce(nodes, 8, (node) => ask(node, request));
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(/^chat \d+$/);
    }
    expect(await countChats(nodes[0])).toBe(2);
  });

  it('end once, whoever ends them', async () => {
    const { nodes, ask, sam, model } = await twoTutors();
    const chatId = Number((await ask(nodes[0])).split(' ')[1]);
    (await model.nextCall()).say('Because.');
    const { leaseNumber } = await nodes[0].app.read
      .selectFrom('chatHistory')
      .select('leaseNumber')
      .where('id', '=', chatId)
      .executeTakeFirstOrThrow();
    const usage = { tokensInput: 10, tokensOutput: 2, source: 'ESTIMATED' } as const;
    const facts = { failure: null, response: 'Because.', truncated: false, citations: [], usage };
    const ended = await atOnce(nodes, 10, ({ app }, index) =>
      endAnswer(app, chatId, leaseNumber ?? 0, { status: index % 2 ? 'COMPLETED' : 'CANCELLED', ...facts }),
    );
    expect(ended.filter(Boolean)).toHaveLength(1);
    const status = ended.indexOf(true) % 2 ? 'COMPLETED' : 'CANCELLED';
    const { chatMessage } = await ok(nodes[1].url, ChatMessageByIdDocument, { id: String(chatId) }, sam.token);
    expect(chatMessage).toMatchObject({ status, response: 'Because.' });
    await expectLedgerExact(nodes[1], sam);
  });

  it('are not taken from an account that is deleted meanwhile, or are forgotten with it', async () => {
    const { nodes, ask, sam } = await twoTutors({ TUTOR_RUNNING_PER_USER: '100', SIGNUP_CREDITS: '100000' });
    const asked = atOnce(nodes, 8, (node) => ask(node));
    const deleted = request(nodes[1].url, DeleteAccountDocument, { password: PASSWORD }, sam.token);
    expect((await deleted).errors).toEqual([]);
    const outcomes = tally((await asked).map(outcome));
    expect((outcomes['chat made'] ?? 0) + (outcomes.UNAUTHENTICATED ?? 0)).toBe(8);
    const kept = await nodes[0].app.read.selectFrom('chatHistory').select('id').where('message', '!=', '').execute();
    expect(kept).toEqual([]);
  });
});

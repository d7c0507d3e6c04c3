import { describe, expect, it } from '@jest/globals';
import { transaction } from '../../src/shared/app.js';
import { ChatRow } from '../../src/tutor/chat.row.js';
import { ok } from '../support/client.js';
import {
  AskTutorDocument,
  ChatMessageByIdDocument,
  CreditHistoryDocument,
  MeDocument,
} from '../support/generated/graphql.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer, type TestServer, temporaryFolder } from '../support/server.js';
import { tokenStream } from '../support/streams.js';

describe('an answer whose process has died', () => {
  it('ends as INTERRUPTED for the next process: settled for the delivered text, and its follower is told', async () => {
    const dataDir = temporaryFolder();
    const { server, sam, lessonId, model } = await scriptedClassroom({ dataDir });
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const call = await model.nextCall();
    const stream = tokenStream(server, sam, askTutor.id);
    call.say('Half an answer');
    await stream.next();
    await stored(server, askTutor.id, 'Half an answer');
    // Another lease on the row: for its process this is what a sweep in its absence looks like.
    await takeOver(server, askTutor.id);

    const next = await startTestServer({ dataDir, env: model.env });
    const [event] = (await tokenStream(next, sam, askTutor.id, 14).rest()).slice(-1);
    expect(event).toMatchObject({
      __typename: 'TutorFailed',
      code: 'TUTOR_INTERRUPTED',
      chat: { status: 'INTERRUPTED', response: 'Half an answer', usage: { source: 'ESTIMATED' } },
    });
    const ledger = await ok(next.url, CreditHistoryDocument, {}, sam.token);
    expect(ledger.creditHistory.nodes.map(({ reason }) => reason)).toEqual(['RELEASE', 'HOLD', 'SIGNUP']);
    const { me } = await ok(next.url, MeDocument, {}, sam.token);
    expect(ledger.creditHistory.nodes[0]?.balanceAfter).toBe(me.credits);

    // The first process finds its lease gone: it stops its model, writes nothing, and tells its followers the truth.
    call.say(' that nobody may see');
    await call.closed;
    expect((await stream.rest()).at(-1)).toEqual(event);
    const after = await ok(next.url, ChatMessageByIdDocument, { id: askTutor.id }, sam.token);
    expect(after.chatMessage?.response).toBe('Half an answer');
  });

  it('is left alone by a second process as long as the first is alive', async () => {
    const dataDir = temporaryFolder();
    const { server, sam, lessonId, model } = await scriptedClassroom({ dataDir });
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const call = await model.nextCall();
    const second = await startTestServer({ dataDir, env: model.env });
    const elsewhere = tokenStream(second, sam, askTutor.id);
    call.say('One ');
    expect(await elsewhere.next()).toMatchObject({ offset: 0, text: 'One ' });
    call.say('two.').finish();
    const rest = await elsewhere.rest();
    expect(rest.at(-1)).toMatchObject({ __typename: 'TutorDone', chat: { status: 'COMPLETED', response: 'One two.' } });
  });

  it('can be cancelled from another process', async () => {
    const dataDir = temporaryFolder();
    const { server, sam, lessonId, model } = await scriptedClassroom({ dataDir });
    const { askTutor } = await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' } }, sam.token);
    const call = await model.nextCall();
    const second = await startTestServer({ dataDir, env: model.env });
    const { CancelTutorDocument } = await import('../support/generated/graphql.js');
    const { cancelTutor } = await ok(second.url, CancelTutorDocument, { chatId: askTutor.id }, sam.token);
    expect(cancelTutor.status).toBe('CANCELLED');
    await call.closed;
  });
});

async function takeOver({ app }: TestServer, chatId: string): Promise<void> {
  await transaction(app, (em) =>
    em.nativeUpdate(ChatRow, { id: Number(chatId) }, { leaseNumber: 1, leaseExpiresAt: Date.now() - 1000 }),
  );
}

async function stored({ app }: TestServer, chatId: string, response: string): Promise<void> {
  const read = () =>
    app.read.selectFrom('chatHistory').select('response').where('id', '=', Number(chatId)).executeTakeFirstOrThrow();
  while ((await read()).response !== response) await new Promise((resolve) => setImmediate(resolve));
}

import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/client.js';
import { AskTutorDocument } from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { countChats, scriptedClassroom } from '../support/scripted-classroom.js';
import { askStream, endedChat, textOf } from '../support/streams.js';

describe('a question whose transaction fails after the model was asked', () => {
  it('is as if it had never been asked: the call is closed, nothing is shown or held, and it can be asked again', async () => {
    const { server, sam, lessonId, model } = await scriptedClassroom({ env: { TUTOR_IDLE_TIMEOUT_MS: '60000' } });
    const { statements } = server.app;
    const { transaction } = statements;
    const input = { lessonId, message: 'Why?', clientRequestId: 'q1' };

    // A disk that is full fails the commit, when all else has been done.
    const failed = Promise.withResolvers<void>();
    statements.transaction = (work) =>
      transaction(async (tx) => {
        await work(tx);
        await failed.promise;
        throw new Error('database or disk is full');
      });
    const asking = refused(server.url, AskTutorDocument, { input }, sam.token);
    const call = await model.nextCall();
    call.say('Too early.');
    failed.resolve();
    expect((await asking).code).toBe('INTERNAL_SERVER_ERROR');
    await call.closed;
    expect(await countChats(server)).toBe(0);
    await expectLedgerExact(server, sam);

    statements.transaction = transaction;
    const again = askStream(server, sam, input);
    const first = again.next();
    (await model.nextCall()).say('Because.').finish();
    const events = [await first, ...(await again.rest())];
    expect([textOf(events), endedChat(events).status]).toEqual(['Because.', 'COMPLETED']);
    expect(await countChats(server)).toBe(1);
    await expectLedgerExact(server, sam);
  });
});

import { expect, it } from '@jest/globals';
import { pause } from '../../src/shared/abortable.js';
import { ok, refused, request } from '../support/client.js';
import { databaseOf } from '../support/database.js';
import {
  AskTutorDocument,
  ChatHistoryDocument,
  CoursesDocument,
  CreateCourseDocument,
  MeDocument,
} from '../support/generated/graphql.js';
import { expectLedgerExact } from '../support/ledger.js';
import { describePostgres } from '../support/one-database.js';
import { classroom } from '../support/people.js';
import { countChats } from '../support/scripted-classroom.js';
import { startScriptedModel } from '../support/scripted-model.js';
import { startTestServer, temporaryFolder } from '../support/server.js';
import { type ServiceLine, startServiceLine } from '../support/service-line.js';
import { askStream, endedChat, textOf } from '../support/streams.js';

/** A classroom whose database is at the end of a line. */
async function lineClassroom(env: Record<string, string> = {}) {
  const dataDir = temporaryFolder();
  const { DATABASE_URL = '' } = await databaseOf(dataDir);
  const line = await startServiceLine(DATABASE_URL);
  const model = await startScriptedModel();
  const server = await startTestServer({ dataDir, env: { ...model.env, ...env, DATABASE_URL: line.url } });
  return { line, model, server, ...(await classroom(server)) };
}

/** Cuts the first connection on which the pattern is sent. */
function cutOnce(line: ServiceLine, pattern: RegExp, when: 'before' | 'after'): { cuts: number } {
  const seen = { cuts: 0 };
  line.onSent((text) => {
    if (seen.cuts > 0 || !pattern.test(text)) return 'pass';
    seen.cuts++;
    return when;
  });
  return seen;
}

describePostgres('a connection that is cut', 'SQLite has none', () => {
  it.each([
    ['before the first statement', /for no key update/],
    ['in its middle', /insert into "chat_history"/],
    ['before the last statement', /insert into "credit_entries"/],
  ])('lets the transaction of a question run again, %s', async (_when, pattern) => {
    const { line, model, server, sam, lessonId } = await lineClassroom();
    model.always((call) => call.say('Because.').finish());
    const cut = cutOnce(line, pattern, 'before');
    const events = await askStream(server, sam, { lessonId, message: 'Why?', clientRequestId: 'one' }).rest();
    expect([cut.cuts, textOf(events), endedChat(events).status]).toEqual([1, 'Because.', 'COMPLETED']);
    expect(model.calls).toHaveLength(1);
    expect(await countChats(server)).toBe(1);
    await expectLedgerExact(server, sam);
  });

  it('lets a unit of work run again, and a read', async () => {
    const { line, server, teacher } = await lineClassroom({ RESPONSE_CACHE_BYTES: '0' });
    for (const when of ['before', 'after'] as const) {
      const cut = cutOnce(line, /insert into "courses"/, when);
      await ok(server.url, CreateCourseDocument, { input: { title: `Cut ${when}` } }, teacher.token);
      expect(cut.cuts).toBe(1);
      const readCut = cutOnce(line, /from "courses"/, when);
      await ok(server.url, CoursesDocument, {});
      expect(readCut.cuts).toBe(1);
    }
    const rows = await server.app.read.selectFrom('courses').select('title').where('title', 'like', 'Cut%').execute();
    expect(rows.map(({ title }) => title).sort()).toEqual(['Cut after', 'Cut before']);
  });

  it.each(['before', 'after'] as const)(
    'with the commit of a question, whose outcome nobody knows (%s it was done), is told to the asker, and asked again is one question',
    async (when) => {
      const { line, model, server, sam, lessonId } = await lineClassroom();
      model.always((call) => call.say('Because.').finish());
      const input = { lessonId, message: 'Why?', clientRequestId: 'one' };
      let armed = false;
      let cuts = 0;
      line.onSent((text) => {
        if (text.includes('insert into "chat_history"')) armed = true;
        if (!armed || cuts > 0 || !/commit\0/.test(text)) return 'pass';
        cuts++;
        return when;
      });
      const { code } = await refused(server.url, AskTutorDocument, { input }, sam.token);
      expect([code, cuts]).toEqual(['INTERNAL_SERVER_ERROR', 1]);

      const events = await askStream(server, sam, input).rest();
      expect(endedChat(events).status).toBe(when === 'before' ? 'COMPLETED' : 'INTERRUPTED');
      expect(await countChats(server)).toBe(1);
      await expectLedgerExact(server, sam);
    },
  );

  it.each(['before', 'after'] as const)(
    'with the commit of an ending (%s it was done) leaves one ending',
    async (when) => {
      const { line, model, server, sam, lessonId } = await lineClassroom();
      let armed = false;
      let cuts = 0;
      line.onSent((text) => {
        if (text.includes('insert into "ai_usage_logs"')) armed = true;
        if (!armed || cuts > 0 || !/commit\0/.test(text)) return 'pass';
        cuts++;
        return when;
      });
      const stream = askStream(server, sam, { lessonId, message: 'Why?', clientRequestId: 'one' });
      (await model.nextCall()).say('Because.').finish();
      const events = await stream.rest();
      expect([cuts, textOf(events), endedChat(events).status]).toEqual([1, 'Because.', 'COMPLETED']);
      await expectLedgerExact(server, sam);
    },
  );

  it('is one of all that are cut again and again, and nothing is charged or written twice', async () => {
    const { model, server, sam, lessonId } = await lineClassroom({
      TUTOR_RUNNING_PER_USER: '100',
      SIGNUP_CREDITS: '100000',
    });
    model.always((call) => call.say('Because ', 'of ', 'that.').finish());
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`;
    const killAll = () => server.app.em.fork().execute(kill);
    let over = false;
    const killing = (async () => {
      while (!over) {
        await killAll().catch(() => {});
        await pause(100);
      }
    })();
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const input = { lessonId, message: `Why ${index}?`, clientRequestId: `request ${index}` };
        for (let attempt = 0; attempt < 50; attempt++) {
          const { data } = await request(server.url, AskTutorDocument, { input, wait: true }, sam.token);
          if (data && data.askTutor.status !== 'STREAMING') return data.askTutor.status;
        }
        return 'never';
      }),
    );
    over = true;
    await killing;
    expect(outcomes).not.toContain('never');
    expect(await countChats(server)).toBe(30);
    const { chatHistory } = await ok(server.url, ChatHistoryDocument, { lessonId, first: 100 }, sam.token);
    for (const { status, response } of chatHistory.nodes) {
      if (status === 'COMPLETED') expect(response).toBe('Because of that.');
    }
    expect((await ok(server.url, MeDocument, {}, sam.token)).me.credits).toBeGreaterThan(0);
    await expectLedgerExact(server, sam);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import { failWrites } from '../support/full-table.js';
import {
  AskTutorDocument,
  ChatHistoryDocument,
  DeleteAccountDocument,
  DeleteCourseDocument,
  GrantCreditsDocument,
  LoginDocument,
  MeDocument,
  RefreshSessionDocument,
  RegisterDocument,
} from '../support/generated/graphql.js';
import { admin, instructor, PASSWORD, student } from '../support/people.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer } from '../support/server.js';
import { tokenStream } from '../support/streams.js';
import { execute, rowsOf } from './rows.js';

const mine = { password: PASSWORD };

describe('deleteAccount', () => {
  it('leaves nothing that says who it was, in any table', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('A private answer.').finish());
    const input = { lessonId, message: 'A private question?', timestampVideo: '05:00', clientRequestId: 'sams-own' };
    await ok(server.url, AskTutorDocument, { input, wait: true }, sam.token);
    await execute(server, `update sessions set user_agent = 'a private phone' where user_id = ${sam.id}`);

    expect(await ok(server.url, DeleteAccountDocument, mine, sam.token)).toEqual({ deleteAccount: true });

    const tables = ['users', 'sessions', 'refresh_tokens', 'chat_history', 'ai_usage_logs', 'credit_entries'];
    const rows = await Promise.all([...tables, 'audit_log'].map((table) => rowsOf(server, table)));
    expect(JSON.stringify(rows)).not.toMatch(/\bsam\b|sams-own|private|05:00/);
    const account = rows[0]?.find(({ id }) => String(id) === sam.id);
    expect(account).toMatchObject({ is_active: 0, password_hash: '' });
  });

  it('keeps what its answers took and cost', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('An answer.').finish());
    await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' }, wait: true }, sam.token);
    const kept = () => Promise.all(['ai_usage_logs', 'credit_entries'].map((table) => rowsOf(server, table)));
    const before = await kept();

    await ok(server.url, DeleteAccountDocument, mine, sam.token);

    expect(await kept()).toEqual(before);
    expect(before[0]).toHaveLength(1);
    const [balance] = await execute(server, `select credits from users where id = ${sam.id}`);
    const [ledger] = await execute(
      server,
      `select sum(amount) as credits from credit_entries where user_id = ${sam.id}`,
    );
    expect(balance).toEqual(ledger);
  });

  it('ends its running answers as CANCELLED, settles them and keeps none of their text', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    const { askTutor } = await ok(
      server.url,
      AskTutorDocument,
      { input: { lessonId, message: 'A private question?' } },
      sam.token,
    );
    const stream = tokenStream(server, sam, askTutor.id);
    const call = await model.nextCall();
    call.say('A private answer');
    await stream.next();
    const answer = server.app.tutor.answers.get(Number(askTutor.id));

    await ok(server.url, DeleteAccountDocument, mine, sam.token);
    await answer?.ended;
    await call.closed;

    const [chat] = await rowsOf(server, 'chat_history');
    expect(chat).toMatchObject({ status: 'CANCELLED', message: '', response: '', citations: '[]' });
    const entries = await rowsOf(server, 'credit_entries');
    const amountOf = (reason: string) => Number(entries.find((entry) => entry.reason === reason)?.amount);
    expect(amountOf('HOLD') + amountOf('RELEASE')).toBe(-Number(chat?.credits_charged));
    expect(chat?.credits_charged).toBeGreaterThan(0);
    expect(await rowsOf(server, 'ai_usage_logs')).toMatchObject([{ source: 'ESTIMATED' }]);
  });

  it('ends every session, and nobody can sign in to it again', async () => {
    const server = await startTestServer();
    const { id, email, token, refreshToken } = await student(server);
    const { login: phone } = await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } });

    await ok(server.url, DeleteAccountDocument, mine, token);

    for (const each of [token, phone.accessToken]) {
      expect((await refused(server.url, MeDocument, {}, each)).code).toBe('UNAUTHENTICATED');
    }
    expect((await refused(server.url, RefreshSessionDocument, { refreshToken })).code).toBe('INVALID_TOKEN');
    for (const [name, password] of [
      [email, PASSWORD],
      [`deleted ${id}`, ''],
      [`deleted ${id}`, PASSWORD],
    ] as const) {
      const error = await refused(server.url, LoginDocument, { input: { email: name, password } });
      expect(error.code).toBe('INVALID_CREDENTIALS');
    }
  });

  it('lets its e-mail and its name be registered anew, without its past', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('An answer.').finish());
    await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' }, wait: true }, sam.token);
    await ok(server.url, DeleteAccountDocument, mine, sam.token);

    const input = { username: sam.username, email: sam.email, password: PASSWORD };
    const { register } = await ok(server.url, RegisterDocument, { input });

    expect(register.user.id).not.toBe(sam.id);
    const { chatHistory } = await ok(server.url, ChatHistoryDocument, { lessonId }, register.accessToken);
    expect(chatHistory.totalCount).toBe(0);
    expect((await refused(server.url, MeDocument, {}, sam.token)).code).toBe('UNAUTHENTICATED');
  });

  it('is refused to who has courses, until they are deleted', async () => {
    const { server, teacher, courseId } = await scriptedClassroom();

    const error = await refused(server.url, DeleteAccountDocument, mine, teacher.token);
    expect(error).toEqual({ code: 'CONFLICT', message: expect.stringContaining('delete first') });
    expect((await ok(server.url, MeDocument, {}, teacher.token)).me.email).toBe(teacher.email);

    await ok(server.url, DeleteCourseDocument, { id: courseId }, teacher.token);
    expect(await ok(server.url, DeleteAccountDocument, mine, teacher.token)).toEqual({ deleteAccount: true });
  });

  it('is refused with a wrong password, and changes nothing', async () => {
    const server = await startTestServer();
    const { token } = await instructor(server);
    const before = await rowsOf(server, 'users');

    const error = await refused(server.url, DeleteAccountDocument, { password: 'a loud library' }, token);

    expect(error.code).toBe('INVALID_CREDENTIALS');
    expect(await rowsOf(server, 'users')).toEqual(before);
    expect((await refused(server.url, DeleteAccountDocument, mine)).code).toBe('UNAUTHENTICATED');
  });

  it('deletes all of it or nothing', async () => {
    const { server, model, sam, lessonId } = await scriptedClassroom();
    model.always((call) => call.say('An answer.').finish());
    await ok(server.url, AskTutorDocument, { input: { lessonId, message: 'Why?' }, wait: true }, sam.token);
    const all = () => Promise.all(['users', 'sessions', 'chat_history'].map((table) => rowsOf(server, table)));
    const before = await all();
    await failWrites(server, 'update', 'sessions');

    const error = await refused(server.url, DeleteAccountDocument, mine, sam.token);

    expect(error.code).toBe('INTERNAL_SERVER_ERROR');
    expect(await all()).toEqual(before);
  });

  it('leaves an account that takes no credits', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    const sam = await student(server);
    await ok(server.url, DeleteAccountDocument, mine, sam.token);

    const input = { userId: sam.id, amount: 5, reason: 'because' };
    const error = await refused(server.url, GrantCreditsDocument, { input }, ada.token);

    expect(error.code).toBe('NOT_FOUND');
  });
});

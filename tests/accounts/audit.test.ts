import { describe, expect, it } from '@jest/globals';
import { runProcess } from '../server/process.js';
import { ok, refused } from '../support/client.js';
import { failWrites } from '../support/full-table.js';
import {
  CreateLessonDocument,
  DeleteCourseDocument,
  DeleteLessonDocument,
  GrantCreditsDocument,
  LoginDocument,
  MeDocument,
  ReorderLessonsDocument,
  SetTranscriptDocument,
  UpdateCourseDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, PASSWORD, SORTING_LECTURE, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { settableClock } from './clock.js';
import { execute } from './rows.js';

/** What was written, oldest first, with ids as the API gives them. */
async function acts(server: TestServer) {
  const rows = await execute(server, 'select * from audit_log order by id');
  return rows.map(({ actor_id, subject_id, action, facts }) => ({
    actor: actor_id === null ? null : String(actor_id),
    action,
    subject: String(subject_id),
    facts: JSON.parse(String(facts)),
  }));
}

/** The command beside a running server, on the same folder; gives what it prints. */
async function command({ dataDir }: TestServer, ...args: string[]) {
  const process = runProcess('dist/admin.js', args, { DATA_DIR: dataDir });
  const exit = await process.exit;
  return { exit, stdout: process.stdout(), stderr: process.stderr() };
}

describe('the audit log', () => {
  it('holds what the command line did, and the command prints it', async () => {
    const server = await startTestServer();
    const sam = await student(server, 'sam');
    const eve = await student(server, 'eve');

    await command(server, 'promote', sam.email);
    await command(server, 'disable', eve.email);
    await command(server, 'enable', eve.email);
    await command(server, 'grant', eve.email, '250', 'for', 'the', 'exam');

    const bySystem = { actor: null, facts: {} };
    expect(await acts(server)).toEqual([
      { ...bySystem, action: 'account.promote', subject: sam.id },
      { ...bySystem, action: 'account.disable', subject: eve.id },
      { ...bySystem, action: 'account.enable', subject: eve.id },
      { ...bySystem, action: 'credits.grant', subject: eve.id, facts: { amount: 250 } },
    ]);
    const all = (await command(server, 'audit')).stdout.trim().split('\n');
    const hers = (await command(server, 'audit', 'EVE@example.org')).stdout.trim().split('\n');
    expect(all.map((line) => line.split('  ').slice(1).join(' '))).toEqual([
      'command line credits.grant eve@example.org {"amount":250}',
      'command line account.enable eve@example.org',
      'command line account.disable eve@example.org',
      'command line account.promote sam@example.org',
    ]);
    expect(hers).toEqual(all.slice(0, 3));
    expect((await command(server, 'audit', 'nobody@example.org')).stderr).toContain('No account has the e-mail');
  });

  it('prints the newest 50 with their time', async () => {
    const server = await startTestServer({ clock: settableClock(Date.UTC(2026, 0, 31, 12)) });
    const ada = await admin(server, 'ada');
    const sam = await student(server);
    for (let amount = 1; amount <= 51; amount++) {
      const input = { userId: sam.id, amount, reason: 'because' };
      await ok(server.url, GrantCreditsDocument, { input }, ada.token);
    }

    const lines = (await command(server, 'audit')).stdout.trim().split('\n');

    expect(lines).toHaveLength(50);
    expect(lines[0]).toBe('2026-01-31T12:00:00.000Z  ada@example.org  credits.grant  sam@example.org  {"amount":51}');
  });

  it('holds what an administrator gave, and nothing of what was refused', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    const sam = await student(server);
    const before = await acts(server);
    const input = { userId: sam.id, amount: 5, reason: 'because' };

    await ok(server.url, GrantCreditsDocument, { input }, ada.token);
    await refused(server.url, GrantCreditsDocument, { input: { ...input, amount: 0 } }, ada.token);
    await refused(server.url, GrantCreditsDocument, { input }, sam.token);

    const added = (await acts(server)).slice(before.length);
    expect(added).toEqual([{ actor: ada.id, action: 'credits.grant', subject: sam.id, facts: { amount: 5 } }]);
  });

  it('is written with the act, or neither is', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    await failWrites(server, 'insert', 'audit_log');

    const input = { userId: ada.id, amount: 5, reason: 'because' };
    const error = await refused(server.url, GrantCreditsDocument, { input }, ada.token);

    expect(error.code).toBe('INTERNAL_SERVER_ERROR');
    expect((await ok(server.url, MeDocument, {}, ada.token)).me.credits).toBe(100);
  });

  it('holds every change of an administrator to another’s course, and no change of its own instructor', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const first = await lessonOf(server, ina, courseId, { vtt: SORTING_LECTURE });
    await ok(server.url, UpdateCourseDocument, { id: courseId, input: { title: 'Mine' } }, ina.token);
    expect(await acts(server)).toEqual([]);
    const ada = await admin(server);
    const before = await acts(server);
    const { token } = ada;

    await ok(server.url, UpdateCourseDocument, { id: courseId, input: { title: 'Hers', description: '' } }, token);
    const lesson = { courseId, title: 'Another' };
    const { createLesson } = await ok(server.url, CreateLessonDocument, { input: lesson }, token);
    const second = createLesson.id;
    await ok(server.url, UpdateLessonDocument, { id: first, input: { title: 'The first' } }, token);
    await ok(server.url, ReorderLessonsDocument, { courseId, lessonIds: [second, first] }, token);
    const transcript = { lessonId: first, language: 'id', format: 'VTT', content: SORTING_LECTURE } as const;
    await ok(server.url, SetTranscriptDocument, { input: transcript }, token);
    await ok(server.url, DeleteLessonDocument, { id: second }, token);
    await ok(server.url, DeleteCourseDocument, { id: courseId }, token);

    const course = Number(courseId);
    const byAda = { actor: ada.id, subject: ina.id };
    expect((await acts(server)).slice(before.length)).toEqual([
      { ...byAda, action: 'course.update', facts: { courseId: course, fields: ['title', 'description'] } },
      { ...byAda, action: 'lesson.create', facts: { courseId: course, lessonId: Number(second) } },
      { ...byAda, action: 'lesson.update', facts: { courseId: course, lessonId: Number(first), fields: ['title'] } },
      { ...byAda, action: 'lessons.reorder', facts: { courseId: course } },
      { ...byAda, action: 'transcript.set', facts: { courseId: course, lessonId: Number(first), language: 'id' } },
      { ...byAda, action: 'lesson.delete', facts: { courseId: course, lessonId: Number(second) } },
      { ...byAda, action: 'course.delete', facts: { courseId: course } },
    ]);
  });
});

describe('npm run admin -- enable', () => {
  it('lets a disabled account sign in again; its sessions stay ended', async () => {
    const server = await startTestServer();
    const { email, token } = await student(server);
    await command(server, 'disable', email);

    const said = await command(server, 'enable', email);

    expect(said).toEqual({ exit: 0, stdout: `${email} can sign in again.\n`, stderr: '' });
    expect((await refused(server.url, MeDocument, {}, token)).code).toBe('UNAUTHENTICATED');
    const { login } = await ok(server.url, LoginDocument, { input: { email, password: PASSWORD } });
    expect(login.user.isActive).toBe(true);
  });
});

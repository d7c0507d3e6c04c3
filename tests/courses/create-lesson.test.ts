import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import {
  CreateLessonDocument,
  type CreateLessonInput,
  DeleteLessonDocument,
  LessonByIdDocument,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, type Person, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { insertLessons, lessonLines } from './catalogue.js';

async function add(server: TestServer, { token }: Person, input: CreateLessonInput) {
  return (await ok(server.url, CreateLessonDocument, { input }, token)).createLesson;
}

describe('createLesson', () => {
  it('makes a lesson and gives back what was sent', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina, 'Sorting');
    const input = { title: ' Pivots ', videoUrl: 'https://cdn.example.org/pivots.mp4', durationSeconds: 900 };

    const lesson = await add(server, ina, { courseId, ...input });

    expect(lesson).toEqual({ ...input, id: expect.any(String), title: 'Pivots', order: 1 });
    expect((await ok(server.url, LessonByIdDocument, { id: lesson.id })).lesson).toEqual({
      ...lesson,
      course: { id: courseId, title: 'Sorting' },
      transcripts: [],
    });
  });

  it('appends when no order is sent, or null', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    expect((await add(server, ina, { courseId, title: 'a' })).order).toBe(1);
    expect((await add(server, ina, { courseId, title: 'b' })).order).toBe(2);
    expect((await add(server, ina, { courseId, title: 'c', order: null })).order).toBe(3);
    expect(await lessonLines(server, courseId)).toEqual(['1:a', '2:b', '3:c']);
  });

  it('inserts at the place that is named and moves the rest down', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    for (const title of ['a', 'b', 'c']) await add(server, ina, { courseId, title });

    expect((await add(server, ina, { courseId, title: 'first', order: 1 })).order).toBe(1);
    expect((await add(server, ina, { courseId, title: 'middle', order: 3 })).order).toBe(3);
    expect((await add(server, ina, { courseId, title: 'last', order: 6 })).order).toBe(6);
    expect(await lessonLines(server, courseId)).toEqual(['1:first', '2:a', '3:middle', '4:b', '5:c', '6:last']);
  });

  it('appends when the place lies beyond the end', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    expect((await add(server, ina, { courseId, title: 'a', order: 5 })).order).toBe(1);
    expect((await add(server, ina, { courseId, title: 'b', order: 2_147_483_647 })).order).toBe(2);
  });

  it('leaves title alone required: everything else may be null', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const input = { courseId, title: 'a', videoUrl: null, order: null, durationSeconds: null };
    expect(await add(server, ina, input)).toMatchObject({ videoUrl: null, order: 1, durationSeconds: null });
    expect(await add(server, ina, { courseId, title: 'b' })).toMatchObject({ videoUrl: null, durationSeconds: null });
    const refusal = await refused(
      server.url,
      CreateLessonDocument,
      { input: { courseId, title: null } as never },
      ina.token,
    );
    expect(refusal.code).toBe('BAD_USER_INPUT');
  });

  it('refuses what is out of bounds, by field, and makes no lesson', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    await add(server, ina, { courseId, title: 'a' });
    const refusals: [Partial<CreateLessonInput>, string][] = [
      [{ title: '' }, 'title'],
      [{ title: ' \t' }, 'title'],
      [{ title: 't'.repeat(201) }, 'title'],
      [{ order: 0 }, 'order'],
      [{ order: -1 }, 'order'],
      [{ durationSeconds: 0 }, 'durationSeconds'],
      [{ durationSeconds: -1 }, 'durationSeconds'],
      [{ durationSeconds: 360_001 }, 'durationSeconds'],
      [{ videoUrl: 'ftp://cdn.example.org/b.mp4' }, 'videoUrl'],
    ];
    for (const [part, field] of refusals) {
      const input = { courseId, title: 'b', ...part };
      const refusal = await refused(server.url, CreateLessonDocument, { input }, ina.token);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    expect(await lessonLines(server, courseId)).toEqual(['1:a']);
  });

  it('refuses everyone else what they may read, and does not know what they may not', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const published = await courseOf(server, ina, 'Sorting', 'PUBLISHED');
    const draft = await courseOf(server, ina, 'Sorting', 'DRAFT');
    const code = async (courseId: string, token?: string) =>
      (await refused(server.url, CreateLessonDocument, { input: { courseId, title: 'a' } }, token)).code;

    for (const { token } of [await instructor(server, 'otto'), await student(server)]) {
      expect([await code(published, token), await code(draft, token)]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    }
    expect([await code(published), await code(draft)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(await lessonLines(server, published, ina.token)).toEqual([]);
    expect(await lessonLines(server, draft, ina.token)).toEqual([]);
  });

  it('lets an administrator add to any course', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina, 'Sorting', 'DRAFT');
    await add(server, await admin(server), { courseId, title: 'a' });
    expect(await lessonLines(server, courseId, ina.token)).toEqual(['1:a']);
  });

  it('refuses the 501st lesson of a course, until another is deleted', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const [first = ''] = await insertLessons(server, courseId, 500);

    const input = { courseId, title: 'one too many' };
    expect(await refused(server.url, CreateLessonDocument, { input }, ina.token)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'courseId',
    });
    await ok(server.url, DeleteLessonDocument, { id: first }, ina.token);
    expect(await add(server, ina, input)).toMatchObject({ order: 500 });
  });
});

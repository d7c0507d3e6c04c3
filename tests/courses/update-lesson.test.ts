import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import {
  CreateLessonDocument,
  LessonByIdDocument,
  UpdateLessonDocument,
  type UpdateLessonInput,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, type Person, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { insertLessons, lessonLines } from './catalogue.js';

const WHOLE = { title: 'Pivots', videoUrl: 'https://cdn.example.org/pivots.mp4', durationSeconds: 900 };

async function wholeLesson(server: TestServer, teacher: Person): Promise<string> {
  const input = { courseId: await courseOf(server, teacher), ...WHOLE };
  return (await ok(server.url, CreateLessonDocument, { input }, teacher.token)).createLesson.id;
}

async function updated(server: TestServer, { token }: Person, id: string, input: UpdateLessonInput) {
  return (await ok(server.url, UpdateLessonDocument, { id, input }, token)).updateLesson;
}

describe('updateLesson', () => {
  it('changes what is named and leaves the rest', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await wholeLesson(server, ina);
    const videoUrl = 'https://cdn.example.org/heaps.mp4';

    expect(await updated(server, ina, id, {})).toEqual({ id, order: 1, ...WHOLE });
    expect(await updated(server, ina, id, { title: ' Heaps ' })).toMatchObject({ ...WHOLE, title: 'Heaps' });
    expect(await updated(server, ina, id, { videoUrl })).toMatchObject({ ...WHOLE, title: 'Heaps', videoUrl });
    expect(await updated(server, ina, id, { durationSeconds: 1 })).toMatchObject({ title: 'Heaps', videoUrl });
    const { lesson } = await ok(server.url, LessonByIdDocument, { id });
    expect(lesson).toMatchObject({ title: 'Heaps', videoUrl, durationSeconds: 1, order: 1 });
  });

  it('removes video and duration when they are null', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await wholeLesson(server, ina);
    expect(await updated(server, ina, id, { videoUrl: null })).toMatchObject({ ...WHOLE, videoUrl: null });
    const bare = { ...WHOLE, videoUrl: null, durationSeconds: null };
    expect(await updated(server, ina, id, { durationSeconds: null })).toMatchObject(bare);
  });

  it('refuses null and what is out of bounds, by field, and then changes nothing', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await wholeLesson(server, ina);
    const refusals: [UpdateLessonInput, string][] = [
      [{ title: null, durationSeconds: 1 }, 'title'],
      [{ title: '', durationSeconds: 1 }, 'title'],
      [{ title: 't'.repeat(201) }, 'title'],
      [{ title: 'Heaps', order: null }, 'order'],
      [{ title: 'Heaps', order: 0 }, 'order'],
      [{ title: 'Heaps', order: -1 }, 'order'],
      [{ title: 'Heaps', durationSeconds: 0 }, 'durationSeconds'],
      [{ title: 'Heaps', durationSeconds: 360_001 }, 'durationSeconds'],
      [{ title: 'Heaps', videoUrl: '' }, 'videoUrl'],
    ];
    for (const [input, field] of refusals) {
      const refusal = await refused(server.url, UpdateLessonDocument, { id, input }, ina.token);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    expect((await ok(server.url, LessonByIdDocument, { id })).lesson).toMatchObject({ ...WHOLE, order: 1 });
  });

  it('moves a lesson up and down, and the others close up', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const [first = '', second = '', , fourth = ''] = await insertLessons(server, courseId, 4);
    const titles = async () => (await lessonLines(server, courseId)).map((line) => line.replace('Lesson ', ''));

    expect((await updated(server, ina, fourth, { order: 2 })).order).toBe(2);
    expect(await titles()).toEqual(['1:1', '2:4', '3:2', '4:3']);
    expect((await updated(server, ina, first, { order: 3 })).order).toBe(3);
    expect(await titles()).toEqual(['1:4', '2:2', '3:1', '4:3']);
    expect((await updated(server, ina, second, { order: 2 })).order).toBe(2);
    expect(await titles()).toEqual(['1:4', '2:2', '3:1', '4:3']);
    expect((await updated(server, ina, fourth, { order: 99 })).order).toBe(4);
    expect(await titles()).toEqual(['1:2', '2:1', '3:3', '4:4']);
    expect(await updated(server, ina, fourth, { order: 1, title: 'Lesson four' })).toMatchObject({
      order: 1,
      title: 'Lesson four',
    });
    expect(await titles()).toEqual(['1:four', '2:2', '3:1', '4:3']);
  });

  it('refuses everyone else what they may read, and does not know what they may not', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const published = await lessonOf(server, ina, await courseOf(server, ina, 'Sorting', 'PUBLISHED'));
    const draft = await lessonOf(server, ina, await courseOf(server, ina, 'Sorting', 'DRAFT'));
    const code = async (id: string, token?: string) =>
      (await refused(server.url, UpdateLessonDocument, { id, input: { title: 'Heaps' } }, token)).code;

    for (const { token } of [await instructor(server, 'otto'), await student(server)]) {
      expect([await code(published, token), await code(draft, token)]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    }
    expect([await code(published), await code(draft)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    for (const id of [published, draft]) {
      expect((await ok(server.url, LessonByIdDocument, { id }, ina.token)).lesson?.title).toBe('A lesson');
    }
  });

  it('lets an administrator change any lesson', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await lessonOf(server, ina, await courseOf(server, ina, 'Sorting', 'DRAFT'));
    expect(await updated(server, await admin(server), id, { title: 'Heaps' })).toMatchObject({ id, title: 'Heaps' });
  });
});

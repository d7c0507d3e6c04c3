import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { CourseByIdDocument, LessonByIdDocument, LessonsDocument } from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, SORTING_LECTURE, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';

describe('a lesson', () => {
  it('is read with its course and transcripts by whoever may read the course', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina, 'Sorting');
    const id = await lessonOf(server, ina, courseId, { title: 'Pivots', vtt: SORTING_LECTURE });
    const sam = await student(server);

    for (const token of [undefined, sam.token, ina.token]) {
      const { lesson } = await ok(server.url, LessonByIdDocument, { id }, token);
      expect(lesson).toEqual({
        id,
        title: 'Pivots',
        order: 1,
        videoUrl: null,
        durationSeconds: null,
        course: { id: courseId, title: 'Sorting' },
        transcripts: [{ id: expect.any(String), language: 'en', cueCount: 12 }],
      });
    }
  });

  it('of a draft is unknown to everyone but its instructor and administrators', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina, 'Sorting', 'DRAFT');
    const id = await lessonOf(server, ina, courseId);
    const otto = await instructor(server, 'otto');
    const sam = await student(server);
    const ada = await admin(server);

    for (const token of [undefined, sam.token, otto.token]) {
      expect(await ok(server.url, LessonByIdDocument, { id }, token)).toEqual({ lesson: null });
      expect(await ok(server.url, LessonsDocument, { courseId }, token)).toEqual({ lessons: [] });
    }
    for (const { token } of [ina, ada]) {
      expect((await ok(server.url, LessonByIdDocument, { id }, token)).lesson).toMatchObject({ id });
      expect((await ok(server.url, LessonsDocument, { courseId }, token)).lessons).toMatchObject([{ id }]);
    }
  });

  it('is listed by order, in `lessons` and in its course alike', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    for (const title of ['a', 'b', 'c']) await lessonOf(server, ina, courseId, { title });
    await lessonOf(server, ina, await courseOf(server, ina), { title: 'elsewhere' });

    const { lessons } = await ok(server.url, LessonsDocument, { courseId });
    expect(lessons.map(({ order, title }) => [order, title])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
    ]);
    expect((await ok(server.url, CourseByIdDocument, { id: courseId })).course?.lessons).toEqual(lessons);
  });

  it('is in no list of a course without lessons', async () => {
    const server = await startTestServer();
    const courseId = await courseOf(server, await instructor(server));
    expect(await ok(server.url, LessonsDocument, { courseId })).toEqual({ lessons: [] });
    expect((await ok(server.url, CourseByIdDocument, { id: courseId })).course).toMatchObject({
      lessonCount: 0,
      lessons: [],
    });
  });
});

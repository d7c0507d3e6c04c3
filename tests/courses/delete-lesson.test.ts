import { describe, expect, it } from '@jest/globals';
import { ok, refused, request } from '../support/client.js';
import {
  CourseByIdDocument,
  DeleteLessonDocument,
  LessonByIdDocument,
  ReorderLessonsDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';
import { insertLessons, lessonLines } from './catalogue.js';

describe('deleteLesson', () => {
  it('hides the lesson from every read and closes the gap', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const ada = await admin(server);
    const courseId = await courseOf(server, ina);
    const [, id = ''] = await insertLessons(server, courseId, 4);

    expect(await ok(server.url, DeleteLessonDocument, { id }, ina.token)).toEqual({ deleteLesson: true });

    for (const token of [undefined, ina.token, ada.token]) {
      expect((await ok(server.url, LessonByIdDocument, { id }, token)).lesson).toBeNull();
      expect(await lessonLines(server, courseId, token)).toEqual(['1:Lesson 1', '2:Lesson 3', '3:Lesson 4']);
      const { course } = await ok(server.url, CourseByIdDocument, { id: courseId }, token);
      expect(course?.lessonCount).toBe(3);
      expect(course?.lessons.map(({ title }) => title)).toEqual(['Lesson 1', 'Lesson 3', 'Lesson 4']);
    }
  });

  it('empties a course, which then begins at 1 again', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    for (const id of await insertLessons(server, courseId, 3)) {
      await ok(server.url, DeleteLessonDocument, { id }, ina.token);
    }
    expect(await lessonLines(server, courseId)).toEqual([]);
    await lessonOf(server, ina, courseId, { title: 'Anew' });
    expect(await lessonLines(server, courseId)).toEqual(['1:Anew']);
  });

  it('leaves nothing that could be changed', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const ada = await admin(server);
    const courseId = await courseOf(server, ina);
    const [id = '', other = ''] = await insertLessons(server, courseId, 2);
    await ok(server.url, DeleteLessonDocument, { id }, ina.token);

    for (const { token } of [ina, ada]) {
      const attempts = await Promise.all([
        request(server.url, DeleteLessonDocument, { id }, token),
        request(server.url, UpdateLessonDocument, { id, input: { order: 1 } }, token),
        request(server.url, ReorderLessonsDocument, { courseId, lessonIds: [id, other] }, token),
      ]);
      const codes = attempts.map(({ errors }) => errors[0]?.extensions.code);
      expect(codes).toEqual(['NOT_FOUND', 'NOT_FOUND', 'BAD_USER_INPUT']);
    }
    expect(await lessonLines(server, courseId)).toEqual(['1:Lesson 2']);
  });

  it('refuses everyone else, and the lesson stays', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const published = await lessonOf(server, ina, await courseOf(server, ina, 'Sorting', 'PUBLISHED'));
    const draft = await lessonOf(server, ina, await courseOf(server, ina, 'Sorting', 'DRAFT'));
    const code = async (id: string, token?: string) =>
      (await refused(server.url, DeleteLessonDocument, { id }, token)).code;

    for (const { token } of [await instructor(server, 'otto'), await student(server)]) {
      expect([await code(published, token), await code(draft, token)]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    }
    expect([await code(published), await code(draft)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    for (const id of [published, draft]) {
      expect((await ok(server.url, LessonByIdDocument, { id }, ina.token)).lesson).not.toBeNull();
    }
  });

  it('lets an administrator delete any lesson', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await lessonOf(server, ina, await courseOf(server, ina, 'Sorting', 'DRAFT'));
    const { token } = await admin(server);
    expect(await ok(server.url, DeleteLessonDocument, { id }, token)).toEqual({ deleteLesson: true });
  });
});

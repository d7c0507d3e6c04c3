import { describe, expect, it } from '@jest/globals';
import { ok, refused, request } from '../support/client.js';
import {
  CourseByIdDocument,
  CoursesDocument,
  CreateLessonDocument,
  DeleteCourseDocument,
  DeleteLessonDocument,
  LessonByIdDocument,
  LessonsDocument,
  ReorderLessonsDocument,
  SetTranscriptDocument,
  UpdateCourseDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, SORTING_LECTURE, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';

describe('deleteCourse', () => {
  it('hides the course and its lessons from every read, for everyone', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const ada = await admin(server);
    const sam = await student(server);
    const kept = await courseOf(server, ina, 'Heaps');
    const id = await courseOf(server, ina, 'Sorting');
    const lessonId = await lessonOf(server, ina, id, { vtt: SORTING_LECTURE });

    expect(await ok(server.url, DeleteCourseDocument, { id }, ina.token)).toEqual({ deleteCourse: true });

    for (const token of [undefined, sam.token, ina.token, ada.token]) {
      const { courses } = await ok(server.url, CoursesDocument, {}, token);
      expect(courses).toMatchObject({ totalCount: 1, nodes: [{ id: kept }] });
      const found = await ok(server.url, CoursesDocument, { search: 'sorting', instructorId: ina.id }, token);
      expect(found.courses).toMatchObject({ totalCount: 0, nodes: [] });
      expect((await ok(server.url, CourseByIdDocument, { id }, token)).course).toBeNull();
      expect((await ok(server.url, LessonsDocument, { courseId: id }, token)).lessons).toEqual([]);
      expect((await ok(server.url, LessonByIdDocument, { id: lessonId }, token)).lesson).toBeNull();
    }
  });

  it('marks the rows and removes none', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await courseOf(server, ina);
    await lessonOf(server, ina, id);
    const kept = await lessonOf(server, ina, await courseOf(server, ina));
    await ok(server.url, DeleteCourseDocument, { id }, ina.token);

    const { read } = server.app;
    const courses = await read.selectFrom('courses').select('deletedAt').orderBy('id').execute();
    expect(courses).toEqual([{ deletedAt: expect.any(Number) }, { deletedAt: null }]);
    const lessons = await read.selectFrom('lessons').select(['id', 'deletedAt']).orderBy('id').execute();
    expect(lessons).toMatchObject([{ deletedAt: courses[0]?.deletedAt }, { id: Number(kept), deletedAt: null }]);
  });

  it('leaves nothing that could be changed', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const ada = await admin(server);
    const id = await courseOf(server, ina);
    const lessonId = await lessonOf(server, ina, id);
    await ok(server.url, DeleteCourseDocument, { id }, ina.token);

    const transcript = { lessonId, language: 'en', format: 'VTT', content: SORTING_LECTURE } as const;
    for (const { token } of [ina, ada]) {
      const attempts = [
        request(server.url, DeleteCourseDocument, { id }, token),
        request(server.url, UpdateCourseDocument, { id, input: { title: 'Back' } }, token),
        request(server.url, CreateLessonDocument, { input: { courseId: id, title: 'More' } }, token),
        request(server.url, ReorderLessonsDocument, { courseId: id, lessonIds: [lessonId] }, token),
        request(server.url, UpdateLessonDocument, { id: lessonId, input: { title: 'Back' } }, token),
        request(server.url, DeleteLessonDocument, { id: lessonId }, token),
        request(server.url, SetTranscriptDocument, { input: transcript }, token),
      ];
      const codes = (await Promise.all(attempts)).map(({ errors }) => errors[0]?.extensions.code);
      expect(codes).toEqual(attempts.map(() => 'NOT_FOUND'));
    }
  });

  it('refuses everyone else, and the course stays', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const published = await courseOf(server, ina, 'Sorting', 'PUBLISHED');
    const draft = await courseOf(server, ina, 'Sorting', 'DRAFT');

    for (const { token } of [await instructor(server, 'otto'), await student(server)]) {
      const code = async (id: string) => (await refused(server.url, DeleteCourseDocument, { id }, token)).code;
      expect([await code(published), await code(draft)]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    }
    for (const id of [published, draft]) {
      expect(await refused(server.url, DeleteCourseDocument, { id })).toMatchObject({ code: 'UNAUTHENTICATED' });
      expect((await ok(server.url, CourseByIdDocument, { id }, ina.token)).course).not.toBeNull();
    }
  });

  it('lets an administrator delete any course', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const ada = await admin(server);
    const id = await courseOf(server, ina, 'Sorting', 'DRAFT');
    expect(await ok(server.url, DeleteCourseDocument, { id }, ada.token)).toEqual({ deleteCourse: true });
    expect((await ok(server.url, CourseByIdDocument, { id }, ina.token)).course).toBeNull();
  });
});

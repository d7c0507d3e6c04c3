import { describe, expect, it } from '@jest/globals';
import { ok, request } from '../support/client.js';
import {
  CourseByIdDocument,
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
import { admin, courseOf, lessonOf, SORTING_LECTURE } from '../support/people.js';
import { startTestServer } from '../support/server.js';

/** Course 1 and lesson 1 are there: none of these may be read as 1. */
const UNKNOWN = ['2', '0', '-1', '01', '1.0', '1e0', '0x1', ' 1', '1 ', '+1', '１', '', 'abc', '1 or 1=1'].concat(
  '9007199254740993',
  '99999999999999999999',
);

async function oneCourse() {
  const server = await startTestServer();
  const ada = await admin(server);
  const courseId = await courseOf(server, ada);
  const lessonId = await lessonOf(server, ada, courseId, { vtt: SORTING_LECTURE });
  expect([courseId, lessonId]).toEqual(['1', '1']);
  return { server, ada };
}

describe('an id that is no row’s', () => {
  it('reads nothing', async () => {
    const { server, ada } = await oneCourse();
    for (const id of UNKNOWN) {
      for (const token of [undefined, ada.token]) {
        expect(await ok(server.url, CourseByIdDocument, { id }, token)).toEqual({ course: null });
        expect(await ok(server.url, LessonByIdDocument, { id }, token)).toEqual({ lesson: null });
        expect(await ok(server.url, LessonsDocument, { courseId: id }, token)).toEqual({ lessons: [] });
      }
    }
  });

  it('is NOT_FOUND when something is to be changed', async () => {
    const { server, ada } = await oneCourse();
    const { token } = ada;
    for (const id of UNKNOWN) {
      const transcript = { lessonId: id, language: 'en', format: 'VTT', content: SORTING_LECTURE } as const;
      const attempts = {
        updateCourse: request(server.url, UpdateCourseDocument, { id, input: { title: 'x' } }, token),
        deleteCourse: request(server.url, DeleteCourseDocument, { id }, token),
        createLesson: request(server.url, CreateLessonDocument, { input: { courseId: id, title: 'x' } }, token),
        updateLesson: request(server.url, UpdateLessonDocument, { id, input: { title: 'x' } }, token),
        deleteLesson: request(server.url, DeleteLessonDocument, { id }, token),
        reorderLessons: request(server.url, ReorderLessonsDocument, { courseId: id, lessonIds: ['1'] }, token),
        setTranscript: request(server.url, SetTranscriptDocument, { input: transcript }, token),
      };
      for (const [operation, attempt] of Object.entries(attempts)) {
        const { errors } = await attempt;
        const codes = errors.map(({ extensions }) => extensions.code);
        expect({ operation, id, codes }).toEqual({ operation, id, codes: ['NOT_FOUND'] });
      }
    }
  });
});

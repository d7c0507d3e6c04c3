import { CourseRow } from '../../src/courses/course.row.js';
import { searchText } from '../../src/courses/course.service.js';
import { LessonRow } from '../../src/courses/lesson.row.js';
import { transaction } from '../../src/shared/app.js';
import { ok } from '../support/client.js';
import { CoursesDocument, type CoursesQueryVariables, LessonsDocument } from '../support/generated/graphql.js';
import type { Person } from '../support/people.js';
import type { TestServer } from '../support/server.js';

const FIRST_CREATED_AT = Date.UTC(2026, 0, 1);

/** Published courses of the teacher's with these titles, in one transaction; created a minute apart, the first first. */
export async function insertCourses(
  server: TestServer,
  teacher: Person,
  titles: readonly string[],
  createdAtOf = (index: number) => FIRST_CREATED_AT + index * 60_000,
): Promise<string[]> {
  const rows = titles.map((title, index) => ({
    title,
    description: '',
    searchText: searchText(title, ''),
    instructorId: Number(teacher.id),
    status: 'PUBLISHED' as const,
    createdAt: createdAtOf(index),
    updatedAt: createdAtOf(index),
  }));
  const courses = await transaction(server.app, async (em) => rows.map((row) => em.create(CourseRow, row)));
  return courses.map(({ id }) => String(id));
}

/** So many lessons at the end of an empty course, in one transaction. */
export async function insertLessons(server: TestServer, courseId: string, count: number): Promise<string[]> {
  const rows = Array.from({ length: count }, (_, index) => ({
    courseId: Number(courseId),
    title: `Lesson ${index + 1}`,
    order: index + 1,
    createdAt: FIRST_CREATED_AT,
    updatedAt: FIRST_CREATED_AT,
  }));
  const lessons = await transaction(server.app, async (em) => rows.map((row) => em.create(LessonRow, row)));
  return lessons.map(({ id }) => String(id));
}

/** The titles of a page of the catalogue, as its reader sees it. */
export async function titlesOf(
  server: TestServer,
  variables: CoursesQueryVariables,
  token?: string,
): Promise<string[]> {
  const { courses } = await ok(server.url, CoursesDocument, variables, token);
  return courses.nodes.map(({ title }) => title);
}

/** The lessons of a course as `order:title`, as they are listed. */
export async function lessonLines(server: TestServer, courseId: string, token?: string): Promise<string[]> {
  const { lessons } = await ok(server.url, LessonsDocument, { courseId }, token);
  return lessons.map(({ order, title }) => `${order}:${title}`);
}

/** Names of a list: `lesson 1`, `lesson 2` … */
export function numbered(noun: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${noun} ${index + 1}`);
}

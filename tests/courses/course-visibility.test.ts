import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import {
  CourseByIdDocument,
  CoursesDocument,
  LessonByIdDocument,
  LessonsDocument,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, type Person, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';

/** Two teachers, each with a published course and a draft, and a lesson in each. */
async function catalogue() {
  const server = await startTestServer();
  const ina = await instructor(server, 'ina');
  const otto = await instructor(server, 'otto');
  const courses: Record<string, { id: string; lessonId: string }> = {};
  for (const teacher of [ina, otto]) {
    for (const status of ['PUBLISHED', 'DRAFT'] as const) {
      const title = `${teacher.username} ${status}`;
      const id = await courseOf(server, teacher, title, status);
      courses[title] = { id, lessonId: await lessonOf(server, teacher, id) };
    }
  }
  return { server, ina, otto, courses };
}

/** The titles that the viewer finds by each path, which must all agree. */
async function visible(
  server: TestServer,
  courses: Record<string, { id: string; lessonId: string }>,
  viewer?: Person,
): Promise<Record<'listed' | 'read' | 'lessons' | 'lesson', string[]> & { totalCount: number }> {
  const token = viewer?.token;
  const list = (await ok(server.url, CoursesDocument, { orderBy: 'OLDEST' }, token)).courses;
  const found = { read: [] as string[], lessons: [] as string[], lesson: [] as string[] };
  for (const [title, { id, lessonId }] of Object.entries(courses)) {
    const { course } = await ok(server.url, CourseByIdDocument, { id }, token);
    if (course) found.read.push(course.title);
    const { lessons } = await ok(server.url, LessonsDocument, { courseId: id }, token);
    if (lessons.length > 0) found.lessons.push(title);
    const { lesson } = await ok(server.url, LessonByIdDocument, { id: lessonId }, token);
    if (lesson) found.lesson.push(lesson.course.title);
  }
  return { listed: list.nodes.map(({ title }) => title), totalCount: list.totalCount, ...found };
}

function everywhere(titles: string[]) {
  return { listed: titles, totalCount: titles.length, read: titles, lessons: titles, lesson: titles };
}

describe('a course', () => {
  it('is read by anyone when it is published, and is unknown to strangers as a draft', async () => {
    const { server, courses } = await catalogue();
    const published = everywhere(['ina PUBLISHED', 'otto PUBLISHED']);
    expect(await visible(server, courses)).toEqual(published);
    expect(await visible(server, courses, await student(server))).toEqual(published);
    expect(await visible(server, courses, await instructor(server, 'eve'))).toEqual(published);
  });

  it('is read as a draft by its instructor', async () => {
    const { server, ina, otto, courses } = await catalogue();
    expect(await visible(server, courses, ina)).toEqual(everywhere(['ina PUBLISHED', 'ina DRAFT', 'otto PUBLISHED']));
    expect(await visible(server, courses, otto)).toEqual(everywhere(['ina PUBLISHED', 'otto PUBLISHED', 'otto DRAFT']));
  });

  it('is read as a draft by an administrator', async () => {
    const { server, courses } = await catalogue();
    const all = ['ina PUBLISHED', 'ina DRAFT', 'otto PUBLISHED', 'otto DRAFT'];
    expect(await visible(server, courses, await admin(server))).toEqual(everywhere(all));
  });

  it('shows its lessons by order and counts them', async () => {
    const { server, ina, courses } = await catalogue();
    const id = courses['ina DRAFT']?.id ?? '';
    await lessonOf(server, ina, id, { title: 'Another lesson' });
    const { course } = await ok(server.url, CourseByIdDocument, { id }, ina.token);
    expect(course).toMatchObject({
      lessonCount: 2,
      lessons: [
        { title: 'A lesson', order: 1 },
        { title: 'Another lesson', order: 2 },
      ],
    });
  });
});

describe('courses(instructorId:)', () => {
  it('lists the courses of that instructor that the viewer may read', async () => {
    const { server, ina, otto } = await catalogue();
    const listed = async (instructorId: string | null, token?: string) => {
      const { courses } = await ok(server.url, CoursesDocument, { instructorId, orderBy: 'OLDEST' }, token);
      expect(courses.totalCount).toBe(courses.nodes.length);
      return courses.nodes.map(({ title }) => title);
    };
    expect(await listed(ina.id)).toEqual(['ina PUBLISHED']);
    expect(await listed(ina.id, otto.token)).toEqual(['ina PUBLISHED']);
    expect(await listed(ina.id, ina.token)).toEqual(['ina PUBLISHED', 'ina DRAFT']);
    expect(await listed(null)).toEqual(['ina PUBLISHED', 'otto PUBLISHED']);
  });

  it('lists nothing for who is no instructor', async () => {
    const { server } = await catalogue();
    const sam = await student(server);
    for (const instructorId of [sam.id, '999999', '0', '-1', 'nonsense', '99999999999999999999', '1.0', '']) {
      const { courses } = await ok(server.url, CoursesDocument, { instructorId }, sam.token);
      expect(courses).toMatchObject({ totalCount: 0, nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
    }
  });
});

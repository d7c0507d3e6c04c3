import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import { CourseByIdDocument, CoursesDocument, CreateCourseDocument } from '../support/generated/graphql.js';
import { admin, instructor, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';

const NOW = Date.parse('2026-03-01T08:00:00.000Z');

describe('createCourse', () => {
  it('makes a course of the instructor’s and gives back what was sent', async () => {
    const server = await startTestServer({ clock: { now: () => NOW, monotonic: () => performance.now() } });
    const ina = await instructor(server);
    const input = {
      title: '  Sorting  ',
      description: 'Cards, piles\nand pivots.',
      thumbnailUrl: 'https://cdn.example.org/sorting.png?size=2',
      status: 'PUBLISHED',
    } as const;

    const { createCourse } = await ok(server.url, CreateCourseDocument, { input }, ina.token);

    expect(createCourse).toEqual({
      id: expect.any(String),
      title: 'Sorting',
      description: 'Cards, piles\nand pivots.',
      thumbnailUrl: 'https://cdn.example.org/sorting.png?size=2',
      status: 'PUBLISHED',
      lessonCount: 0,
      createdAt: '2026-03-01T08:00:00.000Z',
      updatedAt: '2026-03-01T08:00:00.000Z',
      instructor: { id: ina.id, username: 'ina' },
    });
    const { course } = await ok(server.url, CourseByIdDocument, { id: createCourse.id });
    expect(course).toEqual({ ...createCourse, lessons: [] });
  });

  it('makes an empty draft when only a title is sent', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const { createCourse } = await ok(server.url, CreateCourseDocument, { input: { title: 'Heaps' } }, ina.token);
    expect(createCourse).toMatchObject({ status: 'DRAFT', description: '', thumbnailUrl: null });
  });

  it('takes null for what may be left out', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const input = { title: 'Heaps', description: null, thumbnailUrl: null, status: null } as never;
    const { createCourse } = await ok(server.url, CreateCourseDocument, { input }, ina.token);
    expect(createCourse).toMatchObject({ status: 'DRAFT', description: '', thumbnailUrl: null });
  });

  it('takes a title of 200 and a description of 10,000 characters', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const input = { title: 't'.repeat(200), description: 'd'.repeat(10_000) };
    const { createCourse } = await ok(server.url, CreateCourseDocument, { input }, ina.token);
    expect(createCourse).toMatchObject(input);
  });

  it('refuses texts that are too short or too long, by field, and makes no course', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const create = (input: { title: string; description?: string }) =>
      refused(server.url, CreateCourseDocument, { input }, ina.token);

    expect(await create({ title: '' })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'title' });
    expect(await create({ title: ' \n\t ' })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'title' });
    expect(await create({ title: 't'.repeat(201) })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'title' });
    expect(await create({ title: 'Heaps', description: 'd'.repeat(10_001) })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'description',
    });

    const { courses } = await ok(server.url, CoursesDocument, {}, ina.token);
    expect(courses.totalCount).toBe(0);
  });

  it('refuses a null title before it runs', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const input = { title: null } as never;
    expect(await refused(server.url, CreateCourseDocument, { input }, ina.token)).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  });

  it('refuses a student and who has not signed in, and makes no course', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    const sam = await student(server);
    const input = { title: 'Heaps', status: 'PUBLISHED' } as const;

    expect(await refused(server.url, CreateCourseDocument, { input }, sam.token)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refused(server.url, CreateCourseDocument, { input })).toMatchObject({ code: 'UNAUTHENTICATED' });

    const { courses } = await ok(server.url, CoursesDocument, {}, ada.token);
    expect(courses.totalCount).toBe(0);
  });
});

import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import {
  CourseByIdDocument,
  CreateCourseDocument,
  UpdateCourseDocument,
  type UpdateCourseInput,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, type Person, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';

const WHOLE = {
  title: 'Sorting',
  description: 'Cards and pivots.',
  thumbnailUrl: 'https://cdn.example.org/sorting.png',
  status: 'PUBLISHED',
} as const;

async function wholeCourse(server: TestServer, teacher: Person): Promise<string> {
  return (await ok(server.url, CreateCourseDocument, { input: WHOLE }, teacher.token)).createCourse.id;
}

async function updated(server: TestServer, { token }: Person, id: string, input: UpdateCourseInput) {
  return (await ok(server.url, UpdateCourseDocument, { id, input }, token)).updateCourse;
}

describe('updateCourse', () => {
  it('changes what is named and leaves the rest', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await wholeCourse(server, ina);

    expect(await updated(server, ina, id, { title: ' Heaps ' })).toMatchObject({ ...WHOLE, title: 'Heaps' });
    expect(await updated(server, ina, id, { description: 'Trees.' })).toMatchObject({
      ...WHOLE,
      title: 'Heaps',
      description: 'Trees.',
    });
    const thumbnailUrl = 'https://cdn.example.org/heaps.png';
    const rest = { title: 'Heaps', description: 'Trees.', thumbnailUrl };
    expect(await updated(server, ina, id, { thumbnailUrl })).toMatchObject({ ...WHOLE, ...rest });
    expect(await updated(server, ina, id, { status: 'DRAFT' })).toMatchObject({ ...rest, status: 'DRAFT' });
    const { course } = await ok(server.url, CourseByIdDocument, { id }, ina.token);
    expect(course).toMatchObject({ ...rest, status: 'DRAFT', instructor: { id: ina.id } });
  });

  it('empties description and thumbnailUrl when they are null', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await wholeCourse(server, ina);
    expect(await updated(server, ina, id, { description: null })).toMatchObject({ ...WHOLE, description: '' });
    expect(await updated(server, ina, id, { thumbnailUrl: null })).toMatchObject({
      ...WHOLE,
      description: '',
      thumbnailUrl: null,
    });
  });

  it('refuses null and what is out of bounds, by field, and then changes nothing', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await wholeCourse(server, ina);
    const refusals: [UpdateCourseInput, string][] = [
      [{ title: null, description: 'Trees.' }, 'title'],
      [{ title: ' ', description: 'Trees.' }, 'title'],
      [{ title: 't'.repeat(201) }, 'title'],
      [{ title: 'Heaps', description: 'd'.repeat(10_001) }, 'description'],
      [{ title: 'Heaps', status: null }, 'status'],
      [{ title: 'Heaps', thumbnailUrl: 'ftp://cdn.example.org/heaps.png' }, 'thumbnailUrl'],
    ];
    for (const [input, field] of refusals) {
      const refusal = await refused(server.url, UpdateCourseDocument, { id, input }, ina.token);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    const { course } = await ok(server.url, CourseByIdDocument, { id });
    expect(course).toMatchObject(WHOLE);
  });

  it('moves updatedAt and leaves createdAt', async () => {
    let now = Date.parse('2026-03-01T08:00:00.000Z');
    const server = await startTestServer({ clock: { now: () => now, monotonic: () => performance.now() } });
    const ina = await instructor(server);
    const id = await courseOf(server, ina);
    now += 60_000;
    expect(await updated(server, ina, id, { title: 'Heaps' })).toMatchObject({
      createdAt: '2026-03-01T08:00:00.000Z',
      updatedAt: '2026-03-01T08:01:00.000Z',
    });
  });

  it('publishes a draft and withdraws it again', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await courseOf(server, ina, 'Sorting', 'DRAFT');
    const seen = async () => (await ok(server.url, CourseByIdDocument, { id })).course?.title;

    expect(await seen()).toBeUndefined();
    await updated(server, ina, id, { status: 'PUBLISHED' });
    expect(await seen()).toBe('Sorting');
    await updated(server, ina, id, { status: 'DRAFT' });
    expect(await seen()).toBeUndefined();
  });

  it('refuses everyone else what they may read, and does not know what they may not', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const published = await courseOf(server, ina, 'Sorting', 'PUBLISHED');
    const draft = await courseOf(server, ina, 'Sorting', 'DRAFT');
    const input = { title: 'Heaps' };

    for (const { token } of [await instructor(server, 'otto'), await student(server)]) {
      expect(await refused(server.url, UpdateCourseDocument, { id: published, input }, token)).toMatchObject({
        code: 'FORBIDDEN',
      });
      expect(await refused(server.url, UpdateCourseDocument, { id: draft, input }, token)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    for (const id of [published, draft]) {
      expect(await refused(server.url, UpdateCourseDocument, { id, input })).toMatchObject({ code: 'UNAUTHENTICATED' });
      const { course } = await ok(server.url, CourseByIdDocument, { id }, ina.token);
      expect(course?.title).toBe('Sorting');
    }
  });

  it('lets an administrator change any course, which stays its instructor’s', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const ada = await admin(server);
    for (const status of ['PUBLISHED', 'DRAFT'] as const) {
      const id = await courseOf(server, ina, 'Sorting', status);
      expect(await updated(server, ada, id, { title: 'Heaps' })).toMatchObject({
        title: 'Heaps',
        status,
        instructor: { id: ina.id },
      });
    }
  });
});

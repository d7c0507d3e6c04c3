import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import {
  CreateLessonDocument,
  DeleteLessonDocument,
  LessonsDocument,
  ReorderLessonsDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import { courseOf, instructor, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { insertLessons, lessonLines } from './catalogue.js';

/** Whole numbers below a limit, the same for a seed on every machine (Park and Miller's generator). */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

/** Changes to a course's lessons, each on the wire and on a list of ids that says what must come out. */
function changes(server: TestServer, { token }: Person, courseId: string) {
  return {
    async create(ids: string[], place: number) {
      const order = place > ids.length ? null : place;
      const input = { courseId, title: 'new', order };
      const { createLesson } = await ok(server.url, CreateLessonDocument, { input }, token);
      return ids.toSpliced(place - 1, 0, createLesson.id);
    },
    async move(ids: string[], id: string, order: number) {
      await ok(server.url, UpdateLessonDocument, { id, input: { order } }, token);
      return ids.filter((each) => each !== id).toSpliced(order - 1, 0, id);
    },
    async remove(ids: string[], id: string) {
      await ok(server.url, DeleteLessonDocument, { id }, token);
      return ids.filter((each) => each !== id);
    },
    async reverse(ids: string[]) {
      const lessonIds = ids.toReversed();
      await ok(server.url, ReorderLessonsDocument, { courseId, lessonIds }, token);
      return lessonIds;
    },
  };
}

async function listed(server: TestServer, courseId: string): Promise<[order: number, id: string][]> {
  const { lessons } = await ok(server.url, LessonsDocument, { courseId });
  return lessons.map(({ order, id }) => [order, id]);
}

describe('the order of lessons', () => {
  it.each([1969, 20_261_122])('has no gap and no double after any series of changes (seed %d)', async (seed) => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const neighbour = await courseOf(server, ina);
    await insertLessons(server, neighbour, 3);
    const courseId = await courseOf(server, ina);
    const { create, move, remove, reverse } = changes(server, ina, courseId);
    const below = seeded(seed);
    const oneOf = (ids: string[]) => ids[below(ids.length)] ?? '';

    let ids: string[] = [];
    for (let step = 0; step < 50; step++) {
      const kind = ids.length < 3 ? 0 : below(10);
      if (kind < 4) ids = await create(ids, 1 + below(ids.length + 2));
      else if (kind < 7) ids = await move(ids, oneOf(ids), 1 + below(ids.length + 2));
      else if (kind < 9) ids = await remove(ids, oneOf(ids));
      else ids = await reverse(ids);
      expect(await listed(server, courseId)).toEqual(ids.map((id, index) => [index + 1, id]));
      expect(await lessonLines(server, neighbour)).toEqual(['1:Lesson 1', '2:Lesson 2', '3:Lesson 3']);
    }
  });

  it('has no gap and no double after lessons were created at once', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const places = Array.from({ length: 20 }, (_, index) => [null, 1, 5, 99][index % 4] ?? null);

    const created = await Promise.all(
      places.map((order, index) => {
        const input = { courseId, title: `Lesson ${index}`, order };
        return ok(server.url, CreateLessonDocument, { input }, ina.token);
      }),
    );

    const lessons = await listed(server, courseId);
    expect(lessons.map(([order]) => order)).toEqual(places.map((_, index) => index + 1));
    expect(new Set(lessons.map(([, id]) => id))).toEqual(new Set(created.map(({ createLesson }) => createLesson.id)));
  });

  it('has no gap and no double after lessons were created, moved and deleted at once', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const ids = await insertLessons(server, courseId, 12);
    const { create, move, remove } = changes(server, ina, courseId);

    await Promise.all([
      ...ids.slice(0, 4).map((id) => remove(ids, id)),
      ...ids.slice(4, 8).map((id, index) => move(ids, id, 1 + index * 3)),
      ...ids.slice(8, 12).map(() => create(ids, 1)),
    ]);

    const lessons = await listed(server, courseId);
    expect(lessons.map(([order]) => order)).toEqual(ids.map((_, index) => index + 1));
    expect(lessons.map(([, id]) => id)).toEqual(expect.arrayContaining(ids.slice(4)));
  });
});

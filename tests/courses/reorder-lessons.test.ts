import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import { DeleteLessonDocument, LessonsDocument, ReorderLessonsDocument } from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, student } from '../support/people.js';
import { startTestServer } from '../support/server.js';
import { insertLessons } from './catalogue.js';

describe('reorderLessons', () => {
  it('puts the lessons in the order that is sent and gives them back in it', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const [a = '', b = '', c = '', d = ''] = await insertLessons(server, courseId, 4);

    for (const lessonIds of [
      [c, a, d, b],
      [d, c, b, a],
      [a, b, c, d],
    ]) {
      const { reorderLessons } = await ok(server.url, ReorderLessonsDocument, { courseId, lessonIds }, ina.token);
      expect(reorderLessons.map(({ id, order }) => [order, id])).toEqual(lessonIds.map((id, index) => [index + 1, id]));
      expect((await ok(server.url, LessonsDocument, { courseId })).lessons).toEqual(reorderLessons);
    }
  });

  it('takes the empty order of an empty course', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    expect(await ok(server.url, ReorderLessonsDocument, { courseId, lessonIds: [] }, ina.token)).toEqual({
      reorderLessons: [],
    });
  });

  it('refuses an order that does not name each lesson once, and then changes nothing', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const courseId = await courseOf(server, ina);
    const [deleted = '', a = '', b = '', c = ''] = await insertLessons(server, courseId, 4);
    await ok(server.url, DeleteLessonDocument, { id: deleted }, ina.token);
    const elsewhere = await lessonOf(server, ina, await courseOf(server, ina));

    const orders = [
      [],
      [c, b],
      [c, b, b],
      [c, b, a, a],
      [c, b, elsewhere],
      [c, b, a, elsewhere],
      [c, b, deleted],
      [c, b, a, deleted],
      [c, b, '999999'],
      [c, b, a, '999999'],
      [c, b, `0${a}`],
      [c, b, 'nonsense', 'nonsense'],
      [c, b, a, '0', '-1'],
      [''],
    ];
    for (const lessonIds of orders) {
      const refusal = await refused(server.url, ReorderLessonsDocument, { courseId, lessonIds }, ina.token);
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'lessonIds' });
    }
    const { lessons } = await ok(server.url, LessonsDocument, { courseId });
    expect(lessons.map(({ id }) => id)).toEqual([a, b, c]);
  });

  it('refuses everyone else what they may read, and does not know what they may not', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const published = await courseOf(server, ina, 'Sorting', 'PUBLISHED');
    const draft = await courseOf(server, ina, 'Sorting', 'DRAFT');
    const lessons = {
      [published]: await insertLessons(server, published, 2),
      [draft]: await insertLessons(server, draft, 2),
    };
    const code = async (courseId: string, token?: string) => {
      const lessonIds = lessons[courseId]?.toReversed() ?? [];
      return (await refused(server.url, ReorderLessonsDocument, { courseId, lessonIds }, token)).code;
    };

    for (const { token } of [await instructor(server, 'otto'), await student(server)]) {
      expect([await code(published, token), await code(draft, token)]).toEqual(['FORBIDDEN', 'NOT_FOUND']);
    }
    expect([await code(published), await code(draft)]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    for (const courseId of [published, draft]) {
      const found = await ok(server.url, LessonsDocument, { courseId }, ina.token);
      expect(found.lessons.map(({ id }) => id)).toEqual(lessons[courseId]);
    }
  });

  it('lets an administrator reorder any course', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const { token } = await admin(server);
    const courseId = await courseOf(server, ina, 'Sorting', 'DRAFT');
    const lessonIds = (await insertLessons(server, courseId, 2)).toReversed();
    const { reorderLessons } = await ok(server.url, ReorderLessonsDocument, { courseId, lessonIds }, token);
    expect(reorderLessons.map(({ id }) => id)).toEqual(lessonIds);
  });
});

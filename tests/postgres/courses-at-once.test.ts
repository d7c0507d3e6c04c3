import { expect, it } from '@jest/globals';
import { claimJob } from '../../src/videos/jobs/lease.service.js';
import { ok, request } from '../support/client.js';
import {
  CreateLessonDocument,
  CreateUploadDocument,
  DeleteCourseDocument,
  DeleteLessonDocument,
  LessonsDocument,
  SetTranscriptDocument,
  UpdateCourseDocument,
  UpdateLessonDocument,
} from '../support/generated/graphql.js';
import { describePostgres } from '../support/one-database.js';
import { courseOf, instructor, lessonOf, vttOf } from '../support/people.js';
import { found } from '../videos/moments.js';
import { atOnce, tally, twoNodes } from './nodes.js';

const REASON = 'SQLite has one writer at a time';
const BYTES = 1000;

describePostgres('courses that two nodes change at once', REASON, () => {
  it('number their lessons without a gap or a double', async () => {
    const nodes = await twoNodes();
    const ina = await instructor(nodes[0]);
    const courseId = await courseOf(nodes[0], ina);
    const first: string[] = [];
    for (let index = 0; index < 6; index++) first.push(await lessonOf(nodes[0], ina, courseId));
    await atOnce(nodes, 18, async ({ url }, index) => {
      const id = first[index % 6] ?? '';
      if (index < 6) await ok(url, CreateLessonDocument, { input: { courseId, title: 'new', order: 1 } }, ina.token);
      else if (index % 2) await request(url, UpdateLessonDocument, { id, input: { order: index } }, ina.token);
      else if (index > 11) await ok(url, DeleteLessonDocument, { id }, ina.token);
      else await request(url, UpdateLessonDocument, { id, input: { title: `new ${index}` } }, ina.token);
    });
    const { lessons } = await ok(nodes[1].url, LessonsDocument, { courseId });
    expect(lessons.map(({ order }) => order)).toEqual(Array.from(lessons, (_, index) => index + 1));
    expect(lessons).toHaveLength(9);
  });

  it('lose none of the changes to different fields', async () => {
    const nodes = await twoNodes();
    const ina = await instructor(nodes[0]);
    for (let round = 0; round < 5; round++) {
      const id = await courseOf(nodes[0], ina);
      const inputs = [{ title: 'Renamed' }, { description: 'Described' }];
      await atOnce(nodes, 2, ({ url }, index) =>
        ok(url, UpdateCourseDocument, { id, input: inputs[index] ?? {} }, ina.token),
      );
      const course = await nodes[0].app.read
        .selectFrom('courses')
        .select(['title', 'description', 'searchText'])
        .where('id', '=', Number(id))
        .executeTakeFirstOrThrow();
      expect(course).toEqual({ title: 'Renamed', description: 'Described', searchText: 'renamed\ndescribed' });
    }
  });

  it('show one whole transcript of several that are set at once', async () => {
    const nodes = await twoNodes();
    const ina = await instructor(nodes[0]);
    const lessonId = await lessonOf(nodes[0], ina, await courseOf(nodes[0], ina));
    await atOnce(nodes, 6, ({ url }, index) => {
      const content = vttOf([0, 5, 10].map((second) => [second, `pivot number${index}`]));
      return ok(url, SetTranscriptDocument, { input: { lessonId, language: 'en', format: 'VTT', content } }, ina.token);
    });
    const shown = await found(nodes[1], 'pivot');
    expect([shown.length, new Set(shown).size]).toEqual([3, 1]);
  });

  it('let an instructor announce no more bytes than the quota, over all their courses', async () => {
    const nodes = await twoNodes({ env: { UPLOAD_QUOTA_BYTES: String(3 * BYTES) } });
    const ina = await instructor(nodes[0]);
    const lessons: string[] = [];
    for (let index = 0; index < 4; index++) {
      lessons.push(await lessonOf(nodes[0], ina, await courseOf(nodes[0], ina)));
    }
    const outcomes = await atOnce(nodes, 8, async ({ url }, index) => {
      const input = { lessonId: lessons[index % 4] ?? '', filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: BYTES };
      const { errors } = await request(url, CreateUploadDocument, { input }, ina.token);
      return errors[0]?.extensions.code ?? 'made';
    });
    expect(tally(outcomes)).toEqual({ made: 3, QUOTA_EXCEEDED: 5 });
  });

  it('leave no job open below what was deleted meanwhile', async () => {
    const nodes = await twoNodes({ env: { JOB_CONCURRENCY: '0' } });
    const ina = await instructor(nodes[0]);
    for (let round = 0; round < 4; round++) {
      const courseId = await courseOf(nodes[0], ina);
      const lessonId = await lessonOf(nodes[0], ina, courseId);
      const input = { lessonId, filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: BYTES };
      await atOnce<unknown>(nodes, 6, ({ url }, index) =>
        index === 3
          ? ok(url, DeleteCourseDocument, { id: courseId }, ina.token)
          : request(url, CreateUploadDocument, { input }, ina.token),
      );
    }
    const open = await nodes[0].app.read
      .selectFrom('processingJobs')
      .select('id')
      .where('status', '=', 'QUEUED')
      .execute();
    expect(open).toEqual([]);
  });

  it('give each job to one worker', async () => {
    const nodes = await twoNodes({ env: { JOB_CONCURRENCY: '0' } });
    const ina = await instructor(nodes[0]);
    const lessonId = await lessonOf(nodes[0], ina, await courseOf(nodes[0], ina));
    const input = { lessonId, filename: 'a.mp4', mimeType: 'video/mp4', sizeBytes: BYTES };
    for (let index = 0; index < 6; index++) await ok(nodes[0].url, CreateUploadDocument, { input }, ina.token);
    await nodes[0].app.em.fork().execute('update processing_jobs set run_after = 0');
    const claimed = await atOnce(nodes, 12, ({ app }) => claimJob(app));
    const ids = claimed.flatMap((job) => job?.id ?? []);
    expect([ids.length, new Set(ids).size]).toEqual([6, 6]);
  });
});

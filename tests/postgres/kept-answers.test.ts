import { expect, it } from '@jest/globals';
import { transaction } from '../../src/shared/app.js';
import { ok, request } from '../support/client.js';
import { CourseByIdDocument, UpdateCourseDocument } from '../support/generated/graphql.js';
import { describePostgres } from '../support/one-database.js';
import { courseOf, instructor } from '../support/people.js';
import type { TestServer } from '../support/server.js';
import { atOnce, twoNodes } from './nodes.js';

const titleOn = async ({ url }: TestServer, id: string) =>
  (await ok(url, CourseByIdDocument, { id })).course?.title ?? null;

describePostgres('an answer that a node has kept', 'SQLite serves one machine', () => {
  it('is given no more once another node has answered the change, however many ask meanwhile', async () => {
    const [one, other] = await twoNodes();
    const ina = await instructor(one);
    const id = await courseOf(one, ina, '0');
    let over = false;
    const readers = atOnce([other], 4, async (node) => {
      while (!over) await request(node.url, CourseByIdDocument, { id });
    });
    for (let n = 1; n <= 25; n++) {
      await ok(one.url, UpdateCourseDocument, { id, input: { title: String(n) } }, ina.token);
      expect(await titleOn(other, id)).toBe(String(n));
    }
    over = true;
    await readers;
  });

  it('is not read anew for what the public does not see', async () => {
    const [one, other] = await twoNodes();
    const id = await courseOf(one, await instructor(one), 'Sorting');
    await titleOn(other, id);
    other.statements();
    await one.app.em.fork().execute('update users set credits = credits + 1');
    expect(await titleOn(other, id)).toBe('Sorting');
    expect(other.statements().filter((sql) => sql.includes('from "courses"'))).toEqual([]);
  });

  it('counts changes of transactions that run side by side, and none of what was undone', async () => {
    const [one, other] = await twoNodes();
    const id = Number(await courseOf(one, await instructor(one)));
    const version = async () => await other.app.catalogueVersion();
    const before = await version();
    await atOnce([one, other], 20, ({ app }, index) =>
      transaction(app, (em) => em.execute(`update courses set title = '${index}' where id = ${id}`)),
    );
    expect(await version()).toBe(before + 20);
    const undone = transaction(one.app, async (em) => {
      await em.execute(`update courses set title = 'undone' where id = ${id}`);
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(await version()).toBe(before + 20);
  });
});

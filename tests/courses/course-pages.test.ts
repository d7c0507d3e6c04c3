import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import { CoursesDocument, CreditHistoryDocument, DeleteCourseDocument } from '../support/generated/graphql.js';
import { instructor } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { insertCourses, numbered, titlesOf } from './catalogue.js';

const LATER = Date.UTC(2026, 5, 1);

/** The titles of every page; `between` runs after each page that is not the last. */
async function readAll(
  server: TestServer,
  variables: { first: number; orderBy: 'NEWEST' | 'OLDEST'; after?: string },
  between: () => Promise<unknown> = async () => {},
): Promise<string[]> {
  const { courses } = await ok(server.url, CoursesDocument, variables);
  const titles = courses.nodes.map(({ title }) => title);
  const { hasNextPage, endCursor } = courses.pageInfo;
  if (!hasNextPage || endCursor === null) return titles;
  await between();
  return [...titles, ...(await readAll(server, { ...variables, after: endCursor }, between))];
}

describe('courses(orderBy:)', () => {
  it('gives the newest first, unless the oldest are asked for', async () => {
    const server = await startTestServer();
    await insertCourses(server, await instructor(server), ['a', 'b', 'c']);
    expect(await titlesOf(server, {})).toEqual(['c', 'b', 'a']);
    expect(await titlesOf(server, { orderBy: null })).toEqual(['c', 'b', 'a']);
    expect(await titlesOf(server, { orderBy: 'NEWEST' })).toEqual(['c', 'b', 'a']);
    expect(await titlesOf(server, { orderBy: 'OLDEST' })).toEqual(['a', 'b', 'c']);
  });
});

describe('courses(first:)', () => {
  it('is 20 when absent or null, and at most 100', async () => {
    const server = await startTestServer();
    await insertCourses(server, await instructor(server), numbered('course', 101));
    expect(await titlesOf(server, {})).toHaveLength(20);
    expect(await titlesOf(server, { first: null })).toHaveLength(20);
    expect(await titlesOf(server, { first: 1 })).toEqual(['course 101']);

    const { courses } = await ok(server.url, CoursesDocument, { first: 100 });
    expect(courses.nodes).toHaveLength(100);
    expect(courses).toMatchObject({ totalCount: 101, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  });

  it('is refused below 1 and above 100', async () => {
    const server = await startTestServer();
    for (const first of [0, -1, 101, 2_147_483_647]) {
      expect(await refused(server.url, CoursesDocument, { first })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'first',
      });
    }
  });
});

describe('courses(after:)', () => {
  it('gives the rest of the list, with the same totalCount', async () => {
    const server = await startTestServer();
    await insertCourses(server, await instructor(server), ['a', 'b', 'c', 'd', 'e']);

    const { courses: begin } = await ok(server.url, CoursesDocument, { first: 3, after: null });
    expect(begin.nodes.map(({ title }) => title)).toEqual(['e', 'd', 'c']);
    expect(begin.pageInfo).toEqual({
      hasNextPage: true,
      hasPreviousPage: false,
      startCursor: begin.edges[0]?.cursor,
      endCursor: begin.edges[2]?.cursor,
    });
    const { courses: rest } = await ok(server.url, CoursesDocument, { first: 3, after: begin.pageInfo.endCursor });
    expect(rest.nodes.map(({ title }) => title)).toEqual(['b', 'a']);
    expect(rest.pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: true,
      startCursor: rest.edges[0]?.cursor,
      endCursor: rest.edges[1]?.cursor,
    });
    expect([begin.totalCount, rest.totalCount]).toEqual([5, 5]);
  });

  it('takes the cursor of any edge, which stands for its node', async () => {
    const server = await startTestServer();
    await insertCourses(server, await instructor(server), ['a', 'b', 'c', 'd']);
    const { courses } = await ok(server.url, CoursesDocument, { orderBy: 'OLDEST' });
    expect(courses.edges.map(({ node }) => node.id)).toEqual(courses.nodes.map(({ id }) => id));
    const rests = courses.edges.map(({ cursor }) => titlesOf(server, { orderBy: 'OLDEST', after: cursor }));
    expect(await Promise.all(rests)).toEqual([['b', 'c', 'd'], ['c', 'd'], ['d'], []]);
  });

  it('has no cursors on an empty page', async () => {
    const server = await startTestServer();
    const { courses } = await ok(server.url, CoursesDocument, {});
    expect(courses).toEqual({
      totalCount: 0,
      nodes: [],
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('ends a full last page without another', async () => {
    const server = await startTestServer();
    await insertCourses(server, await instructor(server), ['a', 'b', 'c', 'd']);
    expect(await readAll(server, { first: 2, orderBy: 'OLDEST' })).toEqual(['a', 'b', 'c', 'd']);
    const { courses } = await ok(server.url, CoursesDocument, { first: 4 });
    expect(courses.pageInfo.hasNextPage).toBe(false);
  });

  it('neither repeats nor misses a course while others are made', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const titles = numbered('course', 7);
    await insertCourses(server, ina, titles);
    let made = 0;
    const make = () => insertCourses(server, ina, [`new ${++made}`], () => LATER + made);

    expect(await readAll(server, { first: 3, orderBy: 'NEWEST' }, make)).toEqual(titles.toReversed());
    expect(made).toBe(2);
    // What is made while the oldest are read first stands at the end, and is met there.
    const later = await readAll(server, { first: 3, orderBy: 'OLDEST' }, make);
    expect(later).toEqual([...titles, ...numbered('new', made)]);
  });

  it('tells courses apart that were made in the same millisecond', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const titles = numbered('course', 5);
    await insertCourses(server, ina, titles, () => LATER);
    let made = 0;
    const make = () => insertCourses(server, ina, [`new ${++made}`], () => LATER);

    expect(await readAll(server, { first: 1, orderBy: 'OLDEST' })).toEqual(titles);
    expect(await readAll(server, { first: 1, orderBy: 'NEWEST' }, make)).toEqual(titles.toReversed());
  });

  it('goes on after a course that has been deleted meanwhile', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const ids = await insertCourses(server, ina, ['a', 'b', 'c', 'd']);
    const { courses } = await ok(server.url, CoursesDocument, { first: 2, orderBy: 'OLDEST' });
    await ok(server.url, DeleteCourseDocument, { id: ids[1] ?? '' }, ina.token);
    expect(await titlesOf(server, { orderBy: 'OLDEST', after: courses.pageInfo.endCursor })).toEqual(['c', 'd']);
  });

  it('is refused when it is no cursor of this list', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    await insertCourses(server, ina, ['a', 'b']);
    const ledger = await ok(server.url, CreditHistoryDocument, {}, ina.token);
    const encoded = ['1', ':', '1:', ':1', '1:2:3', 'a:b', '1.5:2', '{"id":1}', `1:${'9'.repeat(30)}`];
    const cursors = ['', ' ', '!!!', 'nonsense', ...encoded.map((text) => Buffer.from(text).toString('base64url'))];
    for (const after of [...cursors, ledger.creditHistory.pageInfo.endCursor ?? '']) {
      const { code, field } = await refused(server.url, CoursesDocument, { after });
      expect({ after, code, field }).toEqual({ after, code: 'BAD_USER_INPUT', field: 'after' });
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { execute } from '../accounts/rows.js';
import { ok } from '../support/client.js';
import { UpdateCourseDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf } from '../support/people.js';
import { startTestServer, type TestServer, temporaryFolder } from '../support/server.js';

async function titleOf({ url }: TestServer, id: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'query($id: ID!) { course(id: $id) { title instructor { username } } }',
      variables: { id },
    }),
  });
  const { data } = (await response.json()) as { data: { course: { title: string } | null } };
  return data.course?.title ?? 'none';
}

/** Statements that read a course. */
const reads = (server: TestServer) => server.statements().filter((sql) => sql.includes('from "courses"')).length;

describe('what nobody asks twice', () => {
  it('is kept, and read anew after what it says has changed', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await courseOf(server, ina, 'One');
    await titleOf(server, id);
    reads(server);

    expect(await titleOf(server, id)).toBe('One');
    expect(reads(server)).toBe(0);

    await ok(server.url, UpdateCourseDocument, { id, input: { title: 'Two' } }, ina.token);
    expect(await titleOf(server, id)).toBe('Two');
  });

  it('is not kept for who is signed in, nor where the cache is off', async () => {
    const server = await startTestServer({ env: { RESPONSE_CACHE_BYTES: '0' } });
    const id = await courseOf(server, await instructor(server), 'One');
    await titleOf(server, id);
    reads(server);
    await titleOf(server, id);
    expect(reads(server)).toBe(1);
  });

  it('changes with what another process commits', async () => {
    const dataDir = temporaryFolder();
    const one = await startTestServer({ dataDir });
    const other = await startTestServer({ dataDir });
    const ina = await instructor(one);
    const id = await courseOf(one, ina, 'One');
    expect(await titleOf(one, id)).toBe('One');
    await ok(other.url, UpdateCourseDocument, { id, input: { title: 'Two' } }, ina.token);
    expect(await titleOf(one, id)).toBe('Two');
  });

  it.each([
    ['a username', "update users set username = 'renamed'", 'renamed'],
    ['a course', "update courses set title = 'renamed'", 'renamed'],
    ['a lesson', "update lessons set title = 'renamed'", 'renamed'],
    ['a transcript', "update transcripts set language = 'fr'", 'fr'],
  ])('changes with %s, whoever changes it', async (_what, statement, seen) => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const course = await courseOf(server, ina);
    await lessonOf(server, ina, course, { vtt: 'WEBVTT\n\n00:01.000 --> 00:02.000\nHello' });
    const query = '{courses{nodes{title instructor{username} lessons{title transcripts{language}}}}}';
    const ask = async () => {
      const headers = { 'content-type': 'application/json' };
      return (
        await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
      ).text();
    };
    const before = await ask();
    expect(await ask()).toBe(before);
    await execute(server, statement);
    expect(await ask()).toContain(`"${seen}"`);
  });

  it('never shows what is not committed, and always what is', async () => {
    let inTransaction = () => {};
    let release: Promise<void> = Promise.resolve();
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await courseOf(server, ina, '0');
    const { em } = server.app;
    for (let n = 1; n <= 20; n++) {
      const reached = new Promise<void>((resolve) => {
        inTransaction = resolve;
      });
      const held = Promise.withResolvers<void>();
      release = held.promise;
      const writing = em.fork().transactional(async (own) => {
        await own
          .getConnection()
          .execute(`update courses set title = '${n}' where id = ${id}`, [], 'run', own.getTransactionContext());
        inTransaction();
        await release;
      });
      await reached;
      expect(await titleOf(server, id)).toBe(String(n - 1));
      expect(await titleOf(server, id)).toBe(String(n - 1));
      held.resolve();
      await writing;
      expect(await titleOf(server, id)).toBe(String(n));
    }
  });
});

import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { UserRow } from '../../src/accounts/user.row.js';
import { transaction } from '../../src/shared/app.js';
import { CompiledStatement, Statement } from '../../src/shared/statement.js';
import { ok } from '../support/client.js';
import {
  CourseByIdDocument,
  CreateCourseDocument,
  GrantCreditsDocument,
  MeDocument,
} from '../support/generated/graphql.js';
import { describePostgres } from '../support/one-database.js';
import { admin, instructor, student } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { connectionTo } from './connection.js';

const REASON = 'SQLite has one writer at a time';

const spend = new Statement<{ id: number }>((db, { id }) =>
  db
    .updateTable('users')
    .set((eb) => ({ credits: eb('credits', '-', 1) }))
    .where('id', '=', id),
);

describePostgres('a transaction that the database undoes', REASON, () => {
  it.each(['statements', 'units of work'])('is run again after a deadlock, whether of %s', async (kind) => {
    const server = await startTestServer();
    const ids = [Number((await student(server, 'ann')).id), Number((await student(server, 'bob')).id)];
    const { app } = server;
    const bothHoldOne = meeting(2);
    const inOrder = (order: readonly number[]) => {
      const [first = 0, second = 0] = order;
      if (kind === 'statements') {
        return app.statements.transaction(async (tx) => {
          await tx.run(spend, { id: first });
          await bothHoldOne();
          await tx.run(spend, { id: second });
        });
      }
      return transaction(app, async (em) => {
        const tx = app.statements.within(em);
        await tx.run(spend, { id: first });
        await bothHoldOne();
        await tx.run(spend, { id: second });
      });
    };
    await Promise.all([inOrder(ids), inOrder(ids.toReversed())]);
    const rows = await app.read.selectFrom('users').select('credits').execute();
    expect(rows.map(({ credits }) => credits)).toEqual([98, 98]);
  });

  it('is not taken for done when a statement of it failed and nobody said so', async () => {
    const server = await startTestServer();
    const id = Number((await student(server)).id);
    const { app } = server;
    const failing = app.statements.transaction(async (tx) => {
      await tx.run(spend, { id });
      await tx.run(spend, { id: 'none' as never }).catch(() => {});
    });
    await expect(failing).rejects.toThrow(/undone/);
    const unit = transaction(app, async (em) => {
      await app.statements.within(em).run(spend, { id });
      await em.execute('select 1 / 0').catch(() => {});
    });
    await expect(unit).rejects.toThrow(/undone/);
    expect(await app.read.selectFrom('users').select('credits').execute()).toEqual([{ credits: 100 }]);
  });

  it('is not run again after a mistake of ours', async () => {
    const { app } = await startTestServer();
    let runs = 0;
    const failing = transaction(app, async (em) => {
      runs++;
      await em.insert(UserRow, {} as UserRow);
    });
    await expect(failing).rejects.toThrow(/null value/);
    expect(runs).toBe(1);
  });
});

/** Resolves for the first so many who come when all have come, and at once for those after them. */
function meeting(size: number): () => Promise<void> {
  let come = 0;
  const all = Promise.withResolvers<void>();
  return async () => {
    if (++come >= size) all.resolve();
    await all.promise;
  };
}

describePostgres('a row that a stopped process has locked', REASON, () => {
  it('is free again when that has been idle for five seconds', async () => {
    const server = await startTestServer();
    const ada = await admin(server);
    const { app } = server;
    // A process that is stopped in the middle of a transaction.
    const stopped = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    let runs = 0;
    const paused = app.statements.transaction(async (tx) => {
      await tx.lock('users', Number(ada.id));
      held.resolve();
      if (runs++ === 0) await stopped.promise;
      await tx.run(spend, { id: Number(ada.id) });
    });
    await held.promise;
    const begun = performance.now();
    const input = { userId: ada.id, amount: 10, reason: 'because' };
    await ok(server.url, GrantCreditsDocument, { input }, ada.token);
    expect(performance.now() - begun).toBeLessThan(9000);
    stopped.resolve();
    await paused;
    expect((await ok(server.url, MeDocument, {}, ada.token)).me.credits).toBe(109);
    expect(runs).toBe(2);
  });
});

describePostgres('a statement that takes too long', REASON, () => {
  it('is broken off, and its connection is used again', async () => {
    const { app } = await startTestServer({ env: { DATABASE_STATEMENT_TIMEOUT_MS: '300', DATABASE_CONNECTIONS: '3' } });
    await expect(sql`select pg_sleep(20)`.execute(app.read)).rejects.toThrow(/statement timeout/);
    await expect(app.em.fork().execute('select pg_sleep(20)')).rejects.toThrow(/statement timeout/);
    expect((await sql<{ one: number }>`select 1 as one`.execute(app.read)).rows).toEqual([{ one: 1 }]);
  });

  it('keeps others waiting for a connection for a bounded time', async () => {
    const { app } = await startTestServer({
      env: { DATABASE_CONNECTIONS: '3', DATABASE_CONNECT_TIMEOUT_MS: '300', DATABASE_STATEMENT_TIMEOUT_MS: '2000' },
    });
    const slow = sql`select pg_sleep(1)`.execute(app.read);
    await expect(sql`select 1`.execute(app.read)).rejects.toThrow(/timeout/);
    await slow;
    expect((await sql<{ one: number }>`select 1 as one`.execute(app.read)).rows).toEqual([{ one: 1 }]);
  });
});

describePostgres('a text with NUL', 'SQLite stores it', () => {
  it('is stored and answered with U+FFFD in its place', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const input = { title: 'a\0b', description: '\0' };
    const { createCourse } = await ok(server.url, CreateCourseDocument, { input }, ina.token);
    const { course } = await ok(server.url, CourseByIdDocument, { id: createCourse.id }, ina.token);
    expect([createCourse.title, course?.title, course?.description]).toEqual(['a\ufffdb', 'a\ufffdb', '\ufffd']);
  });
});

describePostgres('the connections of a server', REASON, () => {
  it('prepare the statements that come again, a bounded number of them', async () => {
    const { app } = await startTestServer({ env: { DATABASE_CONNECTIONS: '3' } });
    const ask = async (index: number) =>
      (await app.statements.arrays(new CompiledStatement(`select ${index}`, []), {}))[0]?.[0];
    const held = async () => {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from pg_prepared_statements where statement ~ '^select [0-9]+$'`.execute(app.read);
      return rows[0]?.count;
    };
    for (let index = 0; index < 50; index++) await ask(index);
    expect(await held()).toBe(0);
    for (let round = 0; round < 2; round++)
      for (let index = 0; index < 50; index++) expect(await ask(index)).toBe(index);
    expect(await held()).toBe(50);
    for (let index = 1000; index < 2000; index++) for (let round = 0; round < 3; round++) await ask(index);
    expect(await held()).toBeLessThan(520);
    expect(await ask(1999)).toBe(1999);
  });

  it('are no more than were set, however many ask at once', async () => {
    const server: TestServer = await startTestServer({ env: { DATABASE_CONNECTIONS: '7' } });
    const ina = await instructor(server);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        ok(server.url, CreateCourseDocument, { input: { title: `Course ${index}` } }, ina.token),
      ),
    );
    const count = await (await connectionTo(server)).servers();
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThanOrEqual(7);
  });
});

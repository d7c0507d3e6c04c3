import { describe, expect, it } from '@jest/globals';
import { transaction } from '../../src/shared/app.js';
import { Statement } from '../../src/shared/statement.js';
import { onPostgres } from '../support/database.js';
import { student } from '../support/people.js';
import { startTestServer } from '../support/server.js';

const rename = new Statement<{ id: number; username: string }>((db, { id, username }) =>
  db.updateTable('users').set({ username }).where('id', '=', id),
);
const nameOf = new Statement<{ id: number }, { username: string; isActive: unknown }>((db, { id }) =>
  db.selectFrom('users').select(['username', 'isActive']).where('id', '=', id),
);

describe('a statement that is built once', () => {
  it('runs with other values each time, and says its names in camel case', async () => {
    const { app, ...server } = await startTestServer();
    const ids = [await student({ app, ...server }, 'ann'), await student({ app, ...server }, 'bob')].map(
      ({ id }) => +id,
    );
    const names = await Promise.all(ids.map((id) => app.statements.read(nameOf, { id })));
    // SQLite has no booleans.
    const isActive = onPostgres ? true : 1;
    expect(names).toEqual([[{ username: 'ann', isActive }], [{ username: 'bob', isActive }]]);
    expect(await app.statements.read(nameOf, { id: 0 })).toEqual([]);
  });
});

describe('a transaction of statements', () => {
  it('is read by others when it has committed, and counts what it changed', async () => {
    const server = await startTestServer();
    const { app } = server;
    const id = Number((await student(server, 'ann')).id);
    await app.statements.transaction(async (tx) => {
      expect(await tx.run(rename, { id, username: 'anna' })).toEqual({ rows: [], changes: 1 });
      expect((await tx.run(rename, { id: 0, username: 'x' })).changes).toBe(0);
      expect((await app.statements.read(nameOf, { id }))[0]?.username).toBe('ann');
    });
    expect((await app.statements.read(nameOf, { id }))[0]?.username).toBe('anna');
  });

  it('leaves nothing when it throws, and the next one begins', async () => {
    const server = await startTestServer();
    const { app } = server;
    const id = Number((await student(server, 'ann')).id);
    const failing = app.statements.transaction(async (tx) => {
      await tx.run(rename, { id, username: 'anna' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await app.statements.read(nameOf, { id }))[0]?.username).toBe('ann');
    await app.statements.transaction((tx) => tx.run(rename, { id, username: 'anne' }));
    expect((await app.statements.read(nameOf, { id }))[0]?.username).toBe('anne');
  });

  it('takes turns with units of work that lock the same row, in which statements run too', async () => {
    const server = await startTestServer();
    const { app } = server;
    const id = Number((await student(server, 'ann')).id);
    const order: string[] = [];
    const write = (name: string) => async (tx: Parameters<Parameters<typeof app.statements.transaction>[0]>[0]) => {
      await tx.lock('users', id);
      order.push(`${name} begins`);
      await tx.run(rename, { id, username: name });
      await tx.run(nameOf, { id });
      order.push(`${name} ends`);
    };
    await Promise.all([
      app.statements.transaction(write('one')),
      transaction(app, (em) => write('two')(app.statements.within(em))),
      app.statements.transaction(write('three')),
    ]);
    expect(order.map((each) => each.split(' ')[1])).toEqual(['begins', 'ends', 'begins', 'ends', 'begins', 'ends']);
    const failing = transaction(app, async (em) => {
      await write('four')(app.statements.within(em));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await app.statements.read(nameOf, { id }))[0]?.username).not.toBe('four');
  });
});

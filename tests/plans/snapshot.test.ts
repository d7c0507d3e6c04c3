import { expect, it } from '@jest/globals';
import { Statement } from '../../src/shared/statement.js';
import { execute } from '../accounts/rows.js';
import { describeSqlite } from '../support/one-database.js';
import { instructor } from '../support/people.js';
import { startTestServer, temporaryFolder } from '../support/server.js';

const names = new Statement<object, { username: string }>((db) => db.selectFrom('users').select('username'));

describeSqlite('reads of one turn of the event loop', 'PostgreSQL reads by itself, when it comes to it', () => {
  it('see what this process has committed between them', async () => {
    const server = await startTestServer();
    await instructor(server, 'ina');
    const { statements, em } = server.app;

    const before = statements.read(names, {});
    const renamed = em.fork().execute("update users set username = 'renamed'");
    const after = renamed.then(() => statements.read(names, {}));

    expect(await Promise.all([before, after])).toEqual([[{ username: 'ina' }], [{ username: 'renamed' }]]);
  });

  it('see what another process has committed before the turn', async () => {
    const dataDir = temporaryFolder();
    const server = await startTestServer({ dataDir });
    const other = await startTestServer({ dataDir });
    await instructor(server, 'ina');
    expect(await server.app.statements.read(names, {})).toEqual([{ username: 'ina' }]);

    await execute(other, "update users set username = 'renamed'");
    await new Promise((resolve) => setImmediate(resolve));

    expect(await server.app.statements.read(names, {})).toEqual([{ username: 'renamed' }]);
  });
});

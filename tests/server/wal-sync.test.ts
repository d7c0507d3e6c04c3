import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { WalSync } from '../../src/db/sqlite-wal-sync.js';
import { refused } from '../support/client.js';
import { CreateCourseDocument } from '../support/generated/graphql.js';
import { instructor } from '../support/people.js';
import { afterTest, startTestServer, temporaryFolder } from '../support/server.js';

function walSync(withLog = true) {
  const file = join(temporaryFolder(), 'app.db');
  if (withLog) writeFileSync(`${file}-wal`, '');
  const sync = new WalSync(file);
  afterTest(() => sync.close());
  return { sync, file };
}

describe('forcing commits to the disk', () => {
  it('is done once for all who wait, and once more for who came while it was done', async () => {
    const { sync } = walSync();
    const [first, second] = [sync.wait(), sync.wait()];
    expect(second).toBe(first);
    await Promise.resolve();
    await Promise.resolve();
    const third = sync.wait();
    expect(third).not.toBe(first);
    await Promise.all([first, third]);
  });

  it('fails for those who waited, and is tried anew for the next', async () => {
    const { sync, file } = walSync(false);
    await expect(sync.wait()).rejects.toThrow('ENOENT');
    writeFileSync(`${file}-wal`, '');
    await sync.wait();
  });

  it('is waited for before a change is answered', async () => {
    const server = await startTestServer();
    const { token } = await instructor(server);
    const { durable } = server.app;
    server.app.durable = () => Promise.reject(new Error('the disk does not answer'));
    expect(await refused(server.url, CreateCourseDocument, { input: { title: 'Lost?' } }, token)).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    });
    server.app.durable = durable;
  });
});

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/server/config.js';
import { ok } from '../support/client.js';
import { MeDocument } from '../support/generated/graphql.js';
import { student } from '../support/people.js';
import { startTestServer, temporaryFolder } from '../support/server.js';
import { runProcess } from './process.js';

const SECRET = 'a secret of more than thirty-two bytes';

describe('the development secret', () => {
  it('is made once, for its owner’s eyes, and keeps sessions alive over a restart', async () => {
    const server = await startTestServer();
    const { token, username } = await student(server);
    const file = join(server.dataDir, 'development-secret');
    const secret = readFileSync(file, 'utf8');
    await server.stop();

    const restarted = await startTestServer({ dataDir: server.dataDir });

    expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toBe(secret);
    expect((await ok(restarted.url, MeDocument, {}, token)).me.username).toBe(username);
  });

  it('is another in another folder', () => {
    const secrets = [1, 2].map(() => readConfig({ DATA_DIR: temporaryFolder() }).jwtSecret);

    expect(secrets[0]).not.toBe(secrets[1]);
  });

  it('is not made where JWT_SECRET is given', () => {
    const dataDir = temporaryFolder();

    expect(readConfig({ DATA_DIR: dataDir, JWT_SECRET: SECRET }).jwtSecret).toBe(SECRET);
    expect(existsSync(join(dataDir, 'development-secret'))).toBe(false);
  });
});

describe('a start', () => {
  it('with a wrong setting ends with status 1 and says nothing but what is wrong', async () => {
    const server = runProcess('dist/main.js', [], { DATA_DIR: temporaryFolder(), PORT: 'abc' });

    expect(await server.exit).toBe(1);
    expect(server.stderr()).toBe('PORT cannot be used. Set it to a port number, 0 to 65535.\n');
    expect(server.stdout()).toBe('');
  });

  it('reads .env in development, and lets the environment go before it', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, '.env'), 'PORT=abc\nLOG_LEVEL=loud\n');

    const server = runProcess('dist/main.js', [], { DATA_DIR: cwd, PORT: '0' }, { cwd });

    expect(await server.exit).toBe(1);
    expect(server.stderr()).toMatch(/^LOG_LEVEL cannot be used\. .*\n$/);
  });

  it('reads no .env in production', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, '.env'), `JWT_SECRET=${SECRET}\n`);

    const server = runProcess('dist/main.js', [], { NODE_ENV: 'production', DATA_DIR: cwd, PORT: '0' }, { cwd });

    expect(await server.exit).toBe(1);
    expect(server.stderr()).toMatch(/^JWT_SECRET is missing.*\n$/);
  });
});

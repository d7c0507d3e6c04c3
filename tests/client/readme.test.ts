import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { runProcess } from '../server/process.js';
import { ROOT } from '../support/process.js';
import { temporaryFolder } from '../support/server.js';
import { compile, projectWithClient } from './installed.js';

const ADDRESS = 'http://127.0.0.1:4000';
const APOLLO = ['@apollo/client', 'rxjs', 'graphql'];
const DEPENDENCIES = ['graphql-ws', '@graphql-typed-document-node/core', 'tus-js-client', ...APOLLO];

const readme = readFileSync(join(ROOT, 'client/README.md'), 'utf8');
const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
const run = promisify(execFile);

describe('the examples of the client’s README', () => {
  it('compile strictly in a project that has installed the package, and print what they say', async () => {
    const url = await demo();
    const { folder } = projectWithClient(DEPENDENCIES);
    const files = examples.map((code, index) => {
      const file = `example-${index + 1}.ts`;
      writeFileSync(join(folder, file), code.replaceAll(ADDRESS, url));
      return file;
    });
    expect(examples.length).toBeGreaterThan(5);
    // Apollo Client's own declarations do not compile so strictly.
    const withApollo = files.filter((_file, index) => examples[index]?.includes('@apollo/client'));
    const others = files.filter((file) => !withApollo.includes(file));
    expect(compile(folder, others, ['--outDir', 'out'])).toBe('');
    expect(compile(folder, withApollo, ['--outDir', 'out', '--skipLibCheck'])).toBe('');

    for (const [index, code] of examples.entries()) {
      const { stdout } = await run(process.execPath, [`out/example-${index + 1}.js`], { cwd: folder });
      let after = 0;
      for (const [, line = ''] of code.matchAll(/^\/\/ prints: (.*)$/gm)) {
        const at = stdout.indexOf(line, after);
        if (at < 0) throw new Error(`example ${index + 1} was to print "${line}" and printed:\n${stdout}`);
        after = at + line.length;
      }
      expect(after).toBeGreaterThan(0);
    }
  });
});

/** The address of `npm run demo`, on a free port and with its data in a folder of its own. */
async function demo(): Promise<string> {
  const running = runProcess('dist/demo.js', [], { PORT: '0', DATA_DIR: temporaryFolder() });
  await running.says('Lectern is at');
  return /http:\/\/[\w.]+:\d+/.exec(running.stdout())?.[0] ?? '';
}

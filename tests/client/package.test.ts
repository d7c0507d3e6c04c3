import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { bundled } from './bundled.js';
import { projectWithClient } from './installed.js';

const DEPENDENCIES = ['graphql-ws', '@graphql-typed-document-node/core', 'graphql'];
const MOST_BYTES = 12 * 1024;

describe('the package as it is published', () => {
  it('holds what its exports name, documentation and licence, and no sources or tests', () => {
    const { folder, files } = projectWithClient([]);
    const { exports } = JSON.parse(readFileSync(join(folder, 'node_modules/@lectern/client/package.json'), 'utf8'));
    const named = Object.values(exports as Record<string, string | Record<string, string>>)
      .flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)))
      .map((path) => path.replace('./', ''));
    expect(files).toEqual(expect.arrayContaining([...named, 'README.md', 'LICENSE', 'operations/tutor.graphql']));
    const others = files.filter((path) => !/^dist\/[\w/-]+\.(js|d\.ts)$|^operations\/\w+\.graphql$/.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json', 'trusted-documents.json']);
  });

  it('loads with its two dependencies alone, and needs Apollo Client only where Apollo Client is', () => {
    const { folder } = projectWithClient(DEPENDENCIES);
    writeFileSync(
      join(folder, 'main.js'),
      `import { createLectern, LecternError } from '@lectern/client';
       const lectern = createLectern({ url: 'http://127.0.0.1:1' });
       const error = await lectern.health().catch((error) => error);
       const apollo = await import('@lectern/client/apollo').catch(({ code }) => code);
       const { default: manifest } = await import('@lectern/client/trusted-documents.json', { with: { type: 'json' } });
       console.log(error instanceof LecternError, error.code, apollo, Object.keys(manifest).length > 40);`,
    );
    const said = execFileSync(process.execPath, ['main.js'], { cwd: folder, encoding: 'utf8' });
    expect(said).toBe('true UNREACHABLE ERR_MODULE_NOT_FOUND true\n');
  });

  it('is smaller than 12 kB: minified and gzipped, with all operations and graphql-ws in it, for any platform', () => {
    expect(gzipSync(bundled('es'), { level: 9 }).length).toBeLessThan(MOST_BYTES);
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../support/process.js';
import { temporaryFolder } from '../support/server.js';

export interface Project {
  folder: string;
  /** Of the package, as npm publishes it. */
  files: string[];
}

/**
 * A project of its own that has installed the package as it would be published, and beside it those of its
 * dependencies that are named; from this checkout, without a network.
 */
export function projectWithClient(dependencies: readonly string[]): Project {
  const folder = temporaryFolder();
  const packed = execFileSync(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--workspace', 'client', '--pack-destination', folder],
    {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const { filename, files } = tarballIn(JSON.parse(packed));
  const modules = join(folder, 'node_modules');
  const client = join(modules, '@lectern/client');
  mkdirSync(client, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, filename), '--strip-components=1', '-C', client]);
  for (const name of dependencies) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  return { folder, files: files.map(({ path }) => path) };
}

interface Tarball {
  filename: string;
  files: { path: string }[];
}

/** npm 12 tells it by the package's name, earlier ones in a list. */
function tarballIn(told: Tarball[] | { [name: string]: Tarball }): Tarball {
  const [tarball] = Object.values(told);
  if (!tarball) throw new Error('npm packed nothing');
  return tarball;
}

/** Compiles a project strictly, the packages' own types too; what the compiler says, empty when it is content. */
export function compile(folder: string, files: string[], options: string[] = []): string {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2024'];
  const modules = ['--module', 'nodenext', '--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')];
  try {
    execFileSync(tsc, [...strict, ...modules, ...options, ...files], { cwd: folder, encoding: 'utf8' });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The client and all that it imports as one file, minified. */
export function bundled(format: 'es' | 'iife'): string {
  return execFileSync(process.execPath, [join(import.meta.dirname, 'bundle.mjs'), format], { encoding: 'utf8' });
}

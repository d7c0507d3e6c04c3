// `npm run bench [-- --only queries|streams] [--rounds 3] [--secs 2] [--out FILE] [--profile FOLDER]`: what Lectern
// costs, in tables. See README.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { LOAD_CORE, pinSelf, SERVER_CORE } from './lib/proc.mjs';
import { startProcess, stopAll } from './lib/processes.mjs';
import { resultRows } from './lib/rows.mjs';
import { measureStreams } from './lib/streams.mjs';
import { printTable } from './lib/table.mjs';
import { measureQueries } from './queries/measure.mjs';
import { printQueries, refuseFailures } from './queries/tables.mjs';

const DATA = join(import.meta.dirname, 'data');

const { only, rounds, secs, out, profile } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    secs: { type: 'string', default: '2' },
    out: { type: 'string' },
    profile: { type: 'string' },
  },
}).values;
if (![undefined, 'queries', 'streams'].includes(only)) throw new Error('--only queries or --only streams');
const begun = performance.now();
pinSelf();
mkdirSync(DATA, { recursive: true });
const folder = mkdtempSync(join(DATA, 'run-'));
try {
  const results = await bench();
  console.log(`${Math.round((performance.now() - begun) / 1000)} s. What each line means: bench/README.md`);
  if (out) writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
} catch (error) {
  console.error('The benchmark failed, and its figures would mean nothing:', error);
  process.exitCode = 1;
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  console.log(
    `Lectern on Node ${process.versions.node}; servers on core ${SERVER_CORE}, load and model on core ${LOAD_CORE}\n`,
  );
  const model = await startProcess('model', LOAD_CORE, 'model.mjs');
  const results = { at: new Date().toISOString(), node: process.versions.node, cpu: cpus()[0]?.model };
  if (only !== 'queries') {
    results.streams = await measureStreams(folder, model, profile);
    printTable(['', 'Lectern', 'floor', 'times the floor'], resultRows(results.streams));
    console.log();
  }
  if (only !== 'streams') {
    const length = { rounds: Number(rounds), seconds: Number(secs) };
    results.queries = await measureQueries(folder, model, profile, length);
    printQueries(results.queries);
    refuseFailures(results.queries);
  }
  return results;
}

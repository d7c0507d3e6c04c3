// `npm run bench [-- --out FILE] [--profile FOLDER]`: what Lectern costs, in one table. See README.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureFirstToken } from './lib/first-token.mjs';
import { measureLoads } from './lib/loads.mjs';
import { settleIn } from './lib/people.mjs';
import { LOAD_CORE, pinSelf, residentMib, SERVER_CORE } from './lib/proc.mjs';
import { startProcess, stopAll } from './lib/processes.mjs';
import { measureReady } from './lib/ready.mjs';
import { resultRows } from './lib/rows.mjs';
import { startServer } from './lib/server.mjs';
import { printTable } from './lib/table.mjs';
import { direct, overSocket } from './lib/targets.mjs';

const AT_REST_MS = 3000;
const DATA = join(import.meta.dirname, 'data');

const { out, profile } = parseArgs({ options: { out: { type: 'string' }, profile: { type: 'string' } } }).values;
const begun = performance.now();
pinSelf();
mkdirSync(DATA, { recursive: true });
const folder = mkdtempSync(join(DATA, 'run-'));
try {
  const results = await bench();
  console.log(
    `Lectern on Node ${process.versions.node}; server on core ${SERVER_CORE}, model and readers on core ${LOAD_CORE}\n`,
  );
  printTable(['', 'Lectern', 'floor', 'times the floor'], resultRows(results));
  console.log(`\n${Math.round((performance.now() - begun) / 1000)} s. What each line means: bench/README.md`);
  if (out) writeFileSync(out, `${JSON.stringify(results, null, 2)}\n`);
} catch (error) {
  console.error('The benchmark failed, and its figures would mean nothing:', error);
  process.exitCode = 1;
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  const model = await startProcess('model', LOAD_CORE, 'model.mjs');
  const ready = await measureReady(folder, model);

  const server = await startServer(join(folder, 'scenario'), model, profile);
  await new Promise((resolve) => setTimeout(resolve, AT_REST_MS));
  const memory = { atRestMib: residentMib(server.pid) };
  const floor = await startProcess('floor', SERVER_CORE, 'floor.mjs', { MODEL_PORT: String(model.port) });

  const school = await settleIn(server.port);
  const targets = {
    model: direct(model),
    floor: overSocket('floor', floor),
    lectern: overSocket('lectern', server, school.students),
  };
  const firstToken = await measureFirstToken(model, targets, school.lessons.main);
  const loads = await measureLoads(model, targets, school.lessons);
  Object.assign(memory, { afterMib: residentMib(server.pid), peakMib: residentMib(server.pid, 'VmHWM') });
  await server.stop();
  const run = { at: new Date().toISOString(), node: process.versions.node, cpu: cpus()[0]?.model };
  return { ...run, ready, memory, firstToken, loads };
}

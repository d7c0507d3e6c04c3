// What a query costs: Lectern beside the floor and a stock Apollo Server, all on copies of the same seeded database.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { signIn } from '../lib/people.mjs';
import { residentMib, SERVER_CORE, startMeter } from '../lib/proc.mjs';
import { run, startProcess } from '../lib/processes.mjs';
import { INSTRUCTORS, PASSWORD, user } from '../lib/school.mjs';
import { JWT_SECRET, startServer } from '../lib/server.mjs';
import { prepare } from './cases.mjs';
import { load } from './load.mjs';
import { STUDENTS, unusualWorkloads, usualWorkloads } from './workloads.mjs';

const WARM_UP_SECONDS = 1;

/** @returns for each workload its title and, by target, a sample of each round */
export async function measureQueries(folder, model, profile, length) {
  const targets = await startTargets(folder, model, profile);
  const usual = await measureInTurn(targets, usualWorkloads, length);
  // Last: what they leave in a server's memory would stand beside the usual ones.
  const unusual = await measureInTurn(targets, unusualWorkloads, length);
  await Promise.all(targets.map((target) => target.stop()));
  return [...usual, ...unusual];
}

async function measureInTurn(targets, workloads, { rounds, seconds }) {
  const results = [];
  for (const [name, workload] of Object.entries(workloads)) {
    const prepared = await prepare(targets, workload);
    const samples = Object.fromEntries(prepared.map(({ target }) => [target.name, []]));
    results.push({ title: `${name}: ${workload.title}`, prepared, samples });
  }
  for (let turn = 0; turn <= rounds; turn++) {
    for (const { prepared, samples } of results) {
      for (const each of turn % 2 ? prepared : prepared.toReversed()) {
        const sample = await measure(each, turn, turn === 0 ? WARM_UP_SECONDS : seconds);
        if (turn > 0) samples[each.target.name].push(sample);
      }
    }
  }
  return results.map(({ title, samples }) => ({ title, targets: samples }));
}

async function measure({ target, requests }, turn, seconds) {
  const next = requests(turn);
  const lap = startMeter(target.pid);
  const result = await load(target.port, seconds, next);
  const { cpuUs, othersShare } = lap();
  return { ...result, cpuUs: cpuUs / result.answers, othersShare, residentMib: residentMib(target.pid) };
}

async function startTargets(folder, model, profile) {
  const seeded = join(folder, 'seeded');
  await run('seed', ['bench/seed.mjs'], { DATA_DIR: seeded, JWT_SECRET });
  const lectern = async (name, settings) => {
    const own = join(folder, name);
    cpSync(seeded, own, { recursive: true });
    const server = await startServer(own, model, profile, { INTROSPECTION: 'true', ...settings });
    return { name, ...server, tokens: await signInAll(server.port) };
  };
  const uncached = await lectern('lectern', { RESPONSE_CACHE_BYTES: '0' });
  const cached = await lectern('lectern, cached', {});

  const settings = { NODE_ENV: 'production', DATABASE_FILE: join(seeded, 'app.db'), JWT_SECRET };
  const peer = async (name, file, more) => {
    const server = await startProcess(name, SERVER_CORE, `../queries/${file}`, settings);
    return { name, ...server, tokens: uncached.tokens, ...more };
  };
  const floor = await peer('floor', 'floor.mjs', { plain: true });
  const apollo = await peer('apollo', 'apollo.mjs');
  return [floor, apollo, uncached, cached];
}

async function signInAll(port) {
  const tokens = [];
  for (let student = 1; student <= STUDENTS; student++) {
    tokens.push(await signIn(port, user(INSTRUCTORS + student).email, PASSWORD));
  }
  return tokens;
}

// `npm run bench:workers`: does a school on SQLite gain by several processes? One and two, side by side on the same data.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median } from './lib/figures.mjs';
import { signIn } from './lib/people.mjs';
import { coreBusyUs, cpuUs } from './lib/proc.mjs';
import { run, stopAll } from './lib/processes.mjs';
import { COURSES, course, INSTRUCTORS, PASSWORD, user } from './lib/school.mjs';
import { JWT_SECRET, startServer } from './lib/server.mjs';
import { load } from './queries/load.mjs';
import { bytesOf, requestOf } from './queries/requests.mjs';
import { usualWorkloads } from './queries/workloads.mjs';

const WORKERS = [1, 2];
const AUTHORS = 10;
const UPDATE = 'mutation ($id: ID!, $input: UpdateCourseInput!) { updateCourse(id: $id, input: $input) { id } }';
const NO_MODEL = { port: 9 };

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, secs: { type: 'string', default: '4' } },
});
const rounds = Number(values.rounds);
const seconds = Number(values.secs);

const data = join(import.meta.dirname, 'data');
mkdirSync(data, { recursive: true });
const folder = mkdtempSync(join(data, 'workers-'));
try {
  const seeded = join(folder, 'seeded');
  await run('seed', ['bench/seed.mjs'], { DATA_DIR: seeded, JWT_SECRET });
  const targets = [];
  for (const workers of WORKERS) targets.push(await startWorkers(seeded, workers));
  const loads = await Promise.all(targets.map(loadsOf));
  const samples = loads.map((each) => each.map(() => []));
  for (let round = 0; round <= rounds; round++) {
    for (const at of loads[0].keys()) {
      const order = [...targets.keys()];
      for (const each of round % 2 ? order : order.reverse()) {
        const sample = await measure(targets[each], loads[each][at], round === 0 ? 1 : seconds);
        if (round > 0) samples[each][at].push(sample);
      }
    }
  }
  print(loads[0], samples);
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}

/** Not held to a core: what several processes gain of several cores is the question. */
async function startWorkers(seeded, workers) {
  const own = join(folder, `with-${workers}`);
  cpSync(seeded, own, { recursive: true });
  const args = ['--workers', String(workers)];
  const server = await startServer(own, NO_MODEL, undefined, { RESPONSE_CACHE_BYTES: '0' }, { args, core: null });
  const tokens = [];
  for (let id = 1; id <= AUTHORS; id++) tokens.push(await signIn(server.port, user(id).email, PASSWORD));
  return { name: `${workers}`, ...server, tokens };
}

async function loadsOf(target) {
  const { W1, W3 } = usualWorkloads;
  const send = async (each) => {
    const { method, path, headers, body } = requestOf(target, W1, each);
    const response = await fetch(`http://127.0.0.1:${target.port}${path}`, { method, headers, body });
    return (await response.json()).data;
  };
  const pages = (await W1.cases(send)).map((each) => bytesOf(target, requestOf(target, W1, each)));
  const lessons = W3.cases().map((each) => bytesOf(target, requestOf(target, W3, each)));
  const changes = changesOf(target);
  return [
    { title: 'W1, a page of 20 courses', next: inTurn(pages) },
    { title: 'W3, one lesson', next: inTurn(lessons) },
    { title: 'W1, each tenth a change', next: mixed(inTurn(pages), inTurn(changes), 10) },
    { title: 'changes alone', next: inTurn(changes) },
  ];
}

/** Changes of courses by those who teach them. */
function changesOf(target) {
  const ids = Array.from({ length: COURSES }, (_, index) => index + 1);
  const own = ids.filter((id) => course(id).instructorId <= Math.min(AUTHORS, INSTRUCTORS));
  return own.map((id) => {
    const variables = { id: String(id), input: { description: `Changed, for the bench: ${course(id).description}` } };
    return bytesOf(target, requestOf(target, { query: UPDATE }, { variables, student: course(id).instructorId - 1 }));
  });
}

function inTurn(requests) {
  let asked = 0;
  return () => requests[asked++ % requests.length];
}

function mixed(usual, rare, every) {
  let asked = 0;
  return () => (asked++ % every === 0 ? rare() : usual());
}

async function measure(target, { title, next }, secs) {
  const pids = [target.pid, ...childrenOf(target.pid)];
  const cpu = () => pids.reduce((sum, pid) => sum + cpuUs(pid), 0);
  const before = cpu();
  const busyBefore = coreBusyUs();
  const own = process.cpuUsage();
  const begun = performance.now();
  const result = await load(target.port, secs, next);
  const us = (performance.now() - begun) * 1000;
  const { user: inUser, system } = process.cpuUsage(own);
  if (result.failed > 0) throw new Error(`${title}: ${result.failed} failed: ${result.firstFailure}`);
  const serverUs = cpu() - before;
  const loadUs = inUser + system;
  return {
    ...result,
    cpuUs: serverUs / result.answers,
    serverCores: serverUs / us,
    loadCores: loadUs / us,
    othersCores: Math.max(0, coreBusyUs() - busyBefore - serverUs - loadUs) / us,
  };
}

function childrenOf(pid) {
  const ids = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return ids === '' ? [] : ids.split(' ').map(Number);
}

function print(loads, samples) {
  console.log('| load | workers | req/s | p50 ms | p99 ms | CPU µs/req | cores, server | load | others |');
  console.log('|---|--:|--:|--:|--:|--:|--:|--:|--:|');
  for (const [at, { title }] of loads.entries()) {
    for (const [each, workers] of WORKERS.entries()) {
      const of = (name) => median(samples[each][at].map((sample) => sample[name]));
      const figures = [
        of('perSecond').toFixed(0),
        of('p50Ms').toFixed(1),
        of('p99Ms').toFixed(1),
        of('cpuUs').toFixed(0),
        of('serverCores').toFixed(2),
        of('loadCores').toFixed(2),
        of('othersCores').toFixed(2),
      ];
      console.log(`| ${[title, workers, ...figures].join(' | ')} |`);
    }
  }
}

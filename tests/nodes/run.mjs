// `npm run test:nodes -- [--seconds 60] [--students 60] [--keep]`: three nodes on PostgreSQL and Redis behind a balancer, a
// class that asks, drops, resumes and cancels on other nodes, while nodes are killed, stopped and started, Redis is
// restarted and PostgreSQL's connections are cut; then what has happened is held against what was promised. Ends with 1 at the first
// violation.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect, parseArgs } from 'node:util';
import { freePort, settings, startModel } from '../crash/lib/processes.mjs';
import { openSchool } from '../crash/lib/school.mjs';
import { Violation } from '../crash/lib/violation.mjs';
import { startBalancer } from './lib/balancer.mjs';
import { checkHistory } from './lib/checks.mjs';
import { Node } from './lib/node.mjs';
import { makeDatabase, startRedis } from './lib/services.mjs';
import { study } from './lib/students.mjs';
import { teach } from './lib/teacher.mjs';

const NODES = 3;
/** Longer than a lease, an answer's and a job's. */
const PAUSED_MS = 60_000;
const BETWEEN_MS = 2500;

const { seconds, students, keep } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    students: { type: 'string', default: '60' },
    keep: { type: 'boolean', default: false },
  },
}).values;

const folder = mkdtempSync(join(tmpdir(), 'lectern-nodes-'));
const figures = {
  resumes: 0,
  cancels: 0,
  jobs: 0,
  takenOver: 0,
  longestLossMs: 0,
  stallMs: 0,
  events: {},
  troubles: {},
  statuses: {},
};
const begun = performance.now();
const [database, redis, model] = [await makeDatabase(), await startRedis(), await startModel()];
const nodes = [];
let failed = null;
try {
  await run();
} catch (error) {
  failed = error;
}
await redis.end();
if (!failed && !keep) await database.drop();
report();
process.exit(failed ? 1 : 0);

async function run() {
  const env = settings(folder, 0, model);
  const shared = { DATABASE_URL: database.url, DATABASE_CONNECTIONS: '12', REDIS_URL: redis.url, TRUST_PROXY: '1' };
  for (let number = 0; number < NODES; number++) {
    nodes.push(new Node(number, folder, { ...env, ...shared, PORT: String(await freePort()) }));
  }
  // At once: one of them migrates.
  const balancer = await startBalancer(nodes);
  for (const node of nodes) node.env.PUBLIC_URL = `http://127.0.0.1:${balancer.port}`;
  await Promise.all(nodes.map((node) => node.start()));
  await pause(1000);
  const school = { port: balancer.port, ...(await openSchool(balancer.port, Number(students))) };

  const until = performance.now() + Number(seconds) * 1000;
  const isOver = () => performance.now() > until;
  const questions = [];
  const use = { ...school, figures, isOver };
  const watch = watchLoop();
  const [uploads] = await Promise.all([
    teach(use, school.teacher),
    trouble(isOver),
    ...school.students.map((student) => study(use, student, questions)),
  ]);
  clearInterval(watch);
  await checkHistory(database, { questions, uploads }, figures);
  checkCalls(await model.calls());
  figures.questions = questions.length;
  balancer.stop();
  for (const node of nodes) node.signal('SIGTERM');
  const codes = await Promise.all(nodes.map((node) => node.exited));
  if (codes.some((code) => code !== 0)) throw new Violation('a node did not stop cleanly', { codes });
}

/** Something fails every few seconds, until the lesson is over; then everything runs. */
async function trouble(isOver) {
  const paused = pauseOne(nodes[0]);
  const kinds = [kill, restart, cutDatabase, restartRedis];
  for (let turn = 0; !isOver(); turn++) {
    await pause(BETWEEN_MS);
    if (isOver()) break;
    const kind = kinds[turn % kinds.length];
    figures.events[kind.name] = (figures.events[kind.name] ?? 0) + 1;
    await kind();
  }
  await paused;
}

/** One node sleeps for a minute and wakes: what it had is another's by then. */
async function pauseOne(node) {
  await pause(BETWEEN_MS / 2);
  node.signal('SIGSTOP');
  figures.events.pause = 1;
  await pause(PAUSED_MS);
  node.signal('SIGCONT');
  await pause(BETWEEN_MS);
}

async function kill() {
  const node = anyNode();
  node.signal('SIGKILL');
  await node.exited;
  await pause(Math.random() * 1000);
  await node.start();
}

/** As an upgrade does: it lets its answers end. */
async function restart() {
  const node = anyNode();
  node.signal('SIGTERM');
  await node.exited;
  await node.start();
}

async function cutDatabase() {
  figures.events.connectionsCut = (figures.events.connectionsCut ?? 0) + (await database.cut());
}

async function restartRedis() {
  await redis.restart(1000 + Math.random() * 1000);
}

/** Not the one that is paused: it cannot be started, for it has not ended. */
function anyNode() {
  return nodes[1 + Math.floor(Math.random() * (NODES - 1))];
}

/** No question is sent to the model twice, whatever was repeated and wherever. */
function checkCalls(calls) {
  for (const [question, count] of calls) {
    if (count > 1) throw new Violation('the model was asked one question twice', { question, count });
  }
}

/** This process stamps what arrives: how late it may have been. */
function watchLoop() {
  let last = performance.now();
  return setInterval(() => {
    const now = performance.now();
    figures.stallMs = Math.max(figures.stallMs, now - last - 20);
    last = now;
  }, 20);
}

function report() {
  if (failed) {
    console.error(failed instanceof Violation ? `\n${failed.message}` : failed);
    if (failed instanceof Violation) console.error(inspect(failed.evidence, { depth: 6, breakLength: 120 }));
    console.error(`\nThe logs: ${folder}`);
  }
  console.log({ seconds: Math.round((performance.now() - begun) / 1000), ...figures });
  if (failed || keep) return;
  rmSync(folder, { recursive: true, force: true });
  console.log('\nEvery answer ended once, all bytes and credits are as they should be, no job was done twice.');
}

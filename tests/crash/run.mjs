// `npm run test:crash -- [--rounds 50] [--verbose] [--keep]`: kills the running server again and again under the load
// of a class, and checks after each restart that nothing which it has acknowledged, shown or charged is lost, changed
// or done twice. Ends with 1 at the first violation, and leaves the data folder.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect, parseArgs } from 'node:util';
import { checkAnswer, checkCalls, checkDatabase, checkOrphans, checkReady } from './lib/checks.mjs';
import { openDatabase } from './lib/database.mjs';
import { Figures } from './lib/figures.mjs';
import { Life } from './lib/life.mjs';
import { freePort, serverOn, startModel } from './lib/processes.mjs';
import { openSchool, refreshTokens } from './lib/school.mjs';
import { useServer } from './lib/students.mjs';
import { Violation } from './lib/violation.mjs';

const STUDENTS = 12;
const SHORTEST_LIFE_MS = 300;
const LONGEST_LIFE_MS = 2500;

const { rounds, verbose, keep } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    verbose: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
}).values;

const begun = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'lectern-crash-'));
const figures = new Figures();
/** Of the server, oldest first. */
const lives = [];
/** Asked, and not yet seen to be in order to the end. */
let open = [];
let failed = null;
try {
  await run(Number(rounds));
} catch (error) {
  failed = error;
}
report();
process.exit(failed ? 1 : 0);

async function run(count) {
  const model = await startModel();
  const port = await freePort();
  const start = serverOn(folder, port, model);
  let life = await begin(start);
  const school = { port, ...(await openSchool(port, STUDENTS)) };

  for (let round = 1; round <= count; round++) {
    const killed = life;
    figures.cameBack += open.filter(({ over }) => !over).length;
    const load = useServer(school, life, open, { asking: true });
    await Promise.race([load, someMoment(life, round)]);
    if (life.diedByItself !== undefined) throw new Violation('the server died by itself', { by: life.diedByItself });
    await life.end('SIGKILL');
    await load;
    life = await begin(start);
    await check(model);
    await refreshTokens(port, school.students);
    if (verbose) describe(round, killed, life);
  }

  await useServer(school, life, open, { asking: false });
  await life.end('SIGTERM');
  await check(model);
  if (open.length > 0) open[0].blame('an answer has no end', {});
}

/** In every other round counted from the first text: a fresh server may need most of the time to come to it. */
async function someMoment(life, round) {
  if (round % 2 === 0) await Promise.race([life.spoke, pause(LONGEST_LIFE_MS)]);
  await pause(SHORTEST_LIFE_MS + Math.random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
}

async function begin(start) {
  const server = await start();
  checkReady(server);
  figures.ready.push(server.readyMs);
  figures.ownReady.push(server.ownReadyMs);
  const life = new Life(lives.length, server);
  lives.push(life);
  return life;
}

async function check(model) {
  const database = openDatabase(folder);
  try {
    checkDatabase(database);
    figures.orphanEnds = checkOrphans(database.interrupted(), lives);
    const rows = new Map(
      database.rows(open.map(({ input }) => input.clientRequestId)).map((row) => [row.requestId, row]),
    );
    open = open.filter((question) => {
      const row = rows.get(question.input.clientRequestId);
      const loss = checkAnswer(question, row, lives);
      if (loss && question.over) figures.settle(question, row, loss);
      return !(loss && question.over);
    });
  } finally {
    database.close();
  }
  checkCalls(await model.calls());
}

function describe(round, killed, next) {
  const worst = Math.max(0, ...figures.losses.map(({ lostMs }) => lostMs));
  console.log(
    `round ${round}: killed after ${Math.round(killed.killedAtWall - killed.readyAtWall)} ms, ` +
      `ready again in ${Math.round(next.server.readyMs)} ms, ${open.length} answers open, ` +
      `${figures.questions} settled, at most ${Math.round(worst)} ms lost`,
  );
}

function report() {
  const seconds = Math.round((performance.now() - begun) / 1000);
  if (failed) {
    console.error(`\nAfter ${lives.length - 1} kills: ${failed instanceof Violation ? failed.message : failed.stack}`);
    if (failed instanceof Violation) console.error(inspect(failed.evidence, { depth: 6, breakLength: 120 }));
    console.error(`\nThe data folder and the server's log: ${folder}`);
  }
  const rows = [['kills', `${lives.length - 1} in ${seconds} s`], ...figures.rows()];
  const width = Math.max(...rows.map(([name]) => name.length));
  console.log(`\n${rows.map(([name, value]) => `${name.padEnd(width)}   ${value}`).join('\n')}`);
  if (failed || keep) return;
  rmSync(folder, { recursive: true, force: true });
  console.log('\nNothing acknowledged is lost, nothing is charged twice, every answer has its end.');
}

// `npm run bench:nodes`: what a second node on PostgreSQL and Redis adds and costs. Requests and tokens per second of one
// node and of two, how much later a token comes from another node, and how long a dead node's answers wait for their end.
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeDatabase, startRedis } from '../tests/nodes/lib/services.mjs';
import { percentile } from './lib/figures.mjs';
import { settleIn } from './lib/people.mjs';
import { launch, run, startProcess, stop, stopAll } from './lib/processes.mjs';
import { setScript } from './lib/script.mjs';
import { freePort, isHealthy, JWT_SECRET, settings } from './lib/server.mjs';
import { openSocket } from './lib/socket.mjs';
import { load } from './queries/load.mjs';
import { bytesOf, requestOf } from './queries/requests.mjs';
import { usualWorkloads } from './queries/workloads.mjs';

const SECONDS = 4;
const ROUNDS = 3;
/** Of no core in particular: the nodes, the database and the load share what there is. */
const ANY_CORE = null;
const STREAMS = 10;
const TOKENS = 200;
const KILLS = 5;
const LOOK_MS = 10;

const data = join(import.meta.dirname, 'data');
mkdirSync(data, { recursive: true });
const folder = mkdtempSync(join(data, 'nodes-'));
/** One is full, the other empty. */
const databases = [await makeDatabase(), await makeDatabase()];
const redis = await startRedis();
try {
  const model = await startProcess('model', ANY_CORE, 'model.mjs', {});
  const [full, empty] = databases.map(({ url }) => ({
    DATABASE_URL: url,
    DATABASE_CONNECTIONS: '12',
    REDIS_URL: redis.url,
  }));
  await run('seed', ['bench/seed.mjs'], { DATA_DIR: folder, JWT_SECRET, ...full });
  await measureQueries(() => startNode(folder, model, { ...full, RESPONSE_CACHE_BYTES: '0' }));
  await measureStreams(() => startNode(folder, model, empty), model);
} finally {
  await stopAll();
  await redis.end();
  for (const database of databases) await database.drop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();

async function measureQueries(node) {
  const nodes = [await node(), await node()];
  for (const name of ['W2', 'W3']) {
    const workload = usualWorkloads[name];
    const cases = await workload.cases();
    const perSecond = async (asked) => {
      const results = await Promise.all(
        asked.map((target) => {
          let turn = 0;
          const requests = cases.map((each) => bytesOf(target, requestOf(target, workload, each)));
          return load(target.port, SECONDS, () => requests[turn++ % requests.length]);
        }),
      );
      const failed = results.find((result) => result.failed > 0);
      if (failed) throw new Error(failed.firstFailure);
      return results.reduce((sum, result) => sum + result.perSecond, 0);
    };
    const [one, two] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const pair = [await perSecond(nodes.slice(0, 1)), await perSecond(nodes)];
      if (round === 0) continue;
      one.push(pair[0]);
      two.push(pair[1]);
    }
    const [a, b] = [percentile(one, 0.5), percentile(two, 0.5)];
    console.log(
      `${name} ${workload.title}: ${a.toFixed(0)}/s by one node, ${b.toFixed(0)}/s by two (${(b / a).toFixed(2)} ×)`,
    );
  }
  for (const each of nodes) await each.stop();
}

async function measureStreams(node, model) {
  const [here, there] = [await node(), await node()];
  const { students, lessons } = await settleIn(here.port);

  await setScript(model, { tokens: 800, everyMs: 0 });
  for (const nodes of [[here], [here, there], [here], [here, there]]) {
    const begun = performance.now();
    const asked = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const place = await openSocket(nodes[index % nodes.length].port, students[index % students.length]);
        await place.ask(question(lessons.flood), () => {});
        place.close();
      }),
    );
    const perSecond = (asked.length * 800) / ((performance.now() - begun) / 1000);
    console.log(
      `flood of 20 answers: ${perSecond.toFixed(0)} tokens/s by ${nodes.length} node(s), asks and endings included`,
    );
  }

  await setScript(model, { tokens: TOKENS, everyMs: 20 });
  const later = [];
  await Promise.all(
    Array.from({ length: STREAMS }, async (_, index) => {
      const arrivals = [[], []];
      const note = (which) => {
        let length = 0;
        return (text) => {
          length += text.length;
          arrivals[which].push({ length, at: performance.now() });
        };
      };
      const places = await Promise.all([here, there].map(({ port }) => openSocket(port, students[index])));
      const input = question(lessons.main);
      const [near, far] = [note(0), note(1)];
      let followed = null;
      await places[0].ask(input, (text) => {
        near(text);
        followed ??= places[1].ask(input, far);
      });
      await followed;
      for (const { length, at } of arrivals[1]) {
        const own = arrivals[0].find((each) => each.length >= length);
        if (own) later.push(at - own.at);
      }
      for (const place of places) place.close();
    }),
  );
  const figure = (share) => percentile(later, share).toFixed(1);
  console.log(
    `a token comes ${figure(0.5)} ms later from another node at p50, ${figure(0.99)} ms at p99 (${later.length} pieces)`,
  );

  await setScript(model, { tokens: 2000, everyMs: 20 });
  const waits = [];
  for (let turn = 0; turn < KILLS; turn++) {
    const dying = await node();
    const place = await openSocket(dying.port, students[turn]);
    const follower = await openSocket(there.port, students[turn]);
    const input = question(lessons.main);
    let killed = 0;
    let followed = null;
    const kill = () => {
      if (killed > 0) return;
      killed = performance.now();
      dying.kill();
    };
    const lost = place.ask(input, () => {
      followed ??= follower.ask(input, kill);
    });
    await lost.catch(() => {});
    // Its end is no completed answer.
    await followed.catch(() => {});
    waits.push(performance.now() - killed);
    follower.close();
  }
  const [p50, most] = [percentile(waits, 0.5), Math.max(...waits)];
  console.log(
    `a killed node's answer has its end on another after ${p50.toFixed(0)} ms at p50, ${most.toFixed(0)} ms at most (${KILLS} kills)`,
  );
}

/** To be asked once, and followed by whoever sends it again. */
function question(lessonId) {
  return { lessonId, message: 'Why is it fast?', clientRequestId: randomUUID() };
}

async function startNode(dataDir, model, more) {
  const port = await freePort();
  const child = launch('node', ANY_CORE, ['dist/main.js'], { ...settings(dataDir, port, model.port), ...more });
  while (!(await isHealthy(port))) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  return {
    port,
    stop: () => stop(child),
    kill() {
      child.wanted = true;
      child.kill('SIGKILL');
    },
  };
}

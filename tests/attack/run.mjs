// `npm run test:attack -- [--seconds 10] [--only NAME …] [--documents] [--keep]`: attacks the real server with its
// default settings while a healthy client uses it, and prints what that client saw. See docs/attacks.md.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { make } from './lib/api.mjs';
import { ATTACKS } from './lib/attacks.mjs';
import { openSchool } from './lib/school.mjs';
import { launch, startServer } from './lib/server.mjs';

const P99_MS = 250;
const GROWTH_MIB = 200;
/** What of it may stay when the garbage is collected: allocators keep some of the room that they have once had. */
const STAYS_MIB = 100;
const CALM_MS = 1500;
const RETURNS_WITHIN_MS = 5000;

const options = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    only: { type: 'string', multiple: true, default: [] },
    documents: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
}).values;
const seconds = Number(options.seconds);

async function documents() {
  const { measureDocuments } = await import('./documents-table.mjs');
  const { rows, slow } = measureDocuments();
  printTable(['document', 'size', 'first (ms)', 'median (ms)', 'outcome'], rows);
  console.log(slow.length ? `\nSlower than 20 ms: ${slow.join('; ')}` : '\nEach is decided within 20 ms.');
  return slow.length ? 1 : 0;
}

async function attacks() {
  const wanted = options.only;
  const names = Object.keys(ATTACKS).filter((name) => !wanted.length || wanted.some((each) => name.includes(each)));
  const folder = mkdtempSync(join(tmpdir(), 'lectern-attack-'));
  const rows = [];
  const broken = [];
  try {
    const school = await seed(folder);
    for (const name of names) {
      const result = await attack(folder, school, name);
      const faults = faultsOf(result);
      if (faults.length) broken.push(`${name}: ${faults.join(', ')}`);
      rows.push(rowOf(name, result));
      if (names.length > 1)
        console.error(`${rows.at(-1).join(' | ')}${faults.length ? ` | ${faults.join(', ')}` : ''}`);
    }
  } finally {
    if (options.keep) console.log(`The data and the logs: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  console.log();
  printTable(HEAD, rows);
  console.log(broken.length ? `\nBroken bounds:\n${broken.join('\n')}` : '\nAll bounds hold.');
  return broken.length ? 1 : 0;
}

/** Without the rates, which one machine that makes a whole school would meet. */
async function seed(folder) {
  const server = await startServer(folder, { RATE_MUTATIONS_PER_MINUTE: '0', RATE_COST_PER_MINUTE: '0' });
  const school = await openSchool(server.port);
  await server.stop();
  return school;
}

/** Each attack on a server of its own: what the last one has used up helps nobody. */
async function attack(folder, school, name) {
  const server = await startServer(folder);
  const healthy = launch(['tests/attack/healthy.mjs'], {}, ['ignore', 'inherit', 'inherit', 'ipc']);
  await warmUp(server, school);
  // Access tokens of the start may have expired since.
  for (const who of ['healthy', 'student', 'instructor']) Object.assign(school[who], await signIn(server, school[who]));
  healthy.send({ port: server.port, school });
  await pause(CALM_MS);
  const before = server.memoryMib();
  const memory = server.watchMemory();
  const attacker = launch(['tests/attack/attacker.mjs'], {}, ['ignore', 'inherit', 'inherit', 'ipc']);
  attacker.send({ name, port: server.port, school, seconds });
  const [sent] = await once(attacker, 'message');
  const peak = memory.stop();
  attacker.kill('SIGKILL');
  // Its last requests are a part of the attack.
  await pause(CALM_MS);
  healthy.send('end');
  const [seen] = await once(healthy, 'message');
  const after = await settled(server, before);
  const result = { sent, seen, before, peak, after, died: !server.isAlive(), logMib: server.logMib() };
  await server.stop();
  return result;
}

/** A server that has been in use for a while has more memory than one that has just begun. */
async function warmUp(server, school) {
  const { port } = server;
  let token = '';
  for (let n = 0; n < 8; n++) token = (await signIn(server, school.healthy)).accessToken;
  // Of a size that leaves the healthy client enough of the minute.
  const query = 'query ($id: ID!) { made: lesson(id: $id) { title transcripts { language cueCount } } }';
  for (let n = 0; n < 3000; n++) {
    await make(port, query, { id: school.lessonIds[n % school.lessonIds.length] }, token);
  }
}

function signIn({ port }, { email, password }) {
  const login =
    'mutation ($email: String!, $password: String!) { made: login(input: { email: $email, password: $password }) { accessToken } }';
  return make(port, login, { email, password });
}

async function settled(server, before) {
  if (!server.isAlive()) return Number.NaN;
  await server.collectGarbage();
  const begun = performance.now();
  while (server.memoryMib() > before + STAYS_MIB && performance.now() - begun < RETURNS_WITHIN_MS) await pause(500);
  return server.memoryMib();
}

function faultsOf({ seen, before, peak, after, died }) {
  const failed = Object.entries(seen.faults).map(([message, count]) => `${count} × ${message}`);
  const late = [...seen.http, ...seen.socket];
  return [
    ...failed,
    ...(seen.http.length === 0 ? ['no healthy request succeeded'] : []),
    ...(percentile(late, 0.99) > P99_MS ? [`p99 ${Math.round(percentile(late, 0.99))} ms`] : []),
    ...(peak - before > GROWTH_MIB ? [`memory grew by ${Math.round(peak - before)} MB`] : []),
    ...(after - before > STAYS_MIB ? [`${Math.round(after - before)} MB of memory stayed`] : []),
    ...(died ? ['the server died'] : []),
  ];
}

const HEAD = [
  'attack',
  'sent/answered',
  'answers',
  'healthy: ok/failed',
  'p50 (ms)',
  'p99 (ms)',
  'memory before/peak/after (MB)',
  'log (MB)',
  'restarts',
];

function rowOf(name, { sent, seen, before, peak, after, died, logMib }) {
  const times = [...seen.http, ...seen.socket];
  const failed = Object.values(seen.faults).reduce((sum, count) => sum + count, 0);
  const codes = Object.entries(sent.codes)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 2)
    .map(([code, count]) => `${count} ${code}`);
  return [
    name,
    `${sent.sent}/${sent.answered}`,
    codes.join(', '),
    `${times.length}/${failed}`,
    percentile(times, 0.5).toFixed(1),
    percentile(times, 0.99).toFixed(1),
    [before, peak, after].map(Math.round).join('/'),
    logMib.toFixed(1),
    died ? '1' : '0',
  ];
}

function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function printTable(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)));
  for (const row of [head, ...rows]) {
    console.log(
      row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('  '),
    );
  }
}

process.exitCode = options.documents ? await documents() : await attacks();

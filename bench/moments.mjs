// `npm run bench:moments`: how long searchMoments takes in 6 million cues, in one table. See README.md.
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { percentile } from './lib/figures.mjs';
import { COMMON_WORDS, CUES, LESSONS, library, randomOf } from './lib/library.mjs';
import { LOAD_CORE, pinSelf, residentMib, SERVER_CORE } from './lib/proc.mjs';
import { stopAll } from './lib/processes.mjs';
import { startServer } from './lib/server.mjs';
import { printTable } from './lib/table.mjs';

const SEARCHES = 400;
const WARM_UP = 100;
const DATA = join(import.meta.dirname, 'data');
const DOCUMENT = `query ($query: String!, $courseId: ID) {
  searchMoments(query: $query, courseId: $courseId) {
    totalCount pageInfo { endCursor } nodes { startSeconds endSeconds timestamp snippet lesson { id title } }
  }
}`;

pinSelf();
mkdirSync(DATA, { recursive: true });
const dataDir = await library(DATA, (line) => console.error(line));
const server = await startServer(dataDir, { port: 1 });
try {
  const searches = drawSearches(join(dataDir, 'app.db'));
  for (const search of searches.slice(0, WARM_UP)) await measure(search);
  const stalls = watchHealth();
  for (const search of searches) Object.assign(search, await measure(search));
  report(searches, await stalls.stop());
} finally {
  await server.stop();
  await stopAll();
}

/** 1-3 consecutive words of random cues, a tenth of them with their last word cut, and each of the commonest words. */
function drawSearches(file) {
  const database = new Database(file, { readonly: true });
  const textOf = database.prepare('select text from transcript_cues where id = ?').pluck();
  const random = randomOf(7);
  const upTo = (count) => Math.floor(random() * count);
  const drawn = Array.from({ length: SEARCHES - COMMON_WORDS.length }, (_, index) => {
    const said = textOf.get((1 + upTo(LESSONS)) * 32_768 + upTo(CUES)).split(' ');
    const words = 1 + (index % 3);
    const from = upTo(said.length - words + 1);
    const query = said.slice(from, from + words).join(' ');
    const last = said[from + words - 1];
    const courseId = index % 5 === 4 ? String(1 + upTo(LESSONS / 20)) : null;
    if (index % 10 !== 0 || last.length < 3) return { kind: `${words} word${words > 1 ? 's' : ''}`, query, courseId };
    const cut = 2 + upTo(last.length - 2);
    return { kind: 'with a prefix', query: `${query.slice(0, query.length - last.length + cut)}*`, courseId };
  });
  database.close();
  const common = COMMON_WORDS.map((query) => ({ kind: 'the 50 commonest words', query, courseId: null }));
  return [...drawn, ...common].map((search) => ({ ...search, at: random() })).sort((a, b) => a.at - b.at);
}

async function measure({ query, courseId }) {
  const begun = performance.now();
  const { searchMoments } = await post(DOCUMENT, { query, courseId });
  return { ms: performance.now() - begun, total: searchMoments.totalCount };
}

async function post(query, variables) {
  const response = await fetch(`http://127.0.0.1:${server.port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${JSON.stringify(variables)}: ${JSON.stringify(errors)}`);
  return data;
}

/** How long somebody else waits for the server meanwhile. */
function watchHealth() {
  const waits = [];
  let over = false;
  const watching = (async () => {
    while (!over) {
      const begun = performance.now();
      await post('{ __typename }', {});
      waits.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  return {
    async stop() {
      over = true;
      await watching;
      return waits;
    },
  };
}

function report(searches, waits) {
  const ms = (values, share) => percentile(values, share).toFixed(1);
  const line = (name, values) => [
    name,
    String(values.length),
    ms(values, 0.5),
    ms(values, 0.9),
    ms(values, 0.99),
    Math.max(...values).toFixed(1),
  ];
  const timesOf = (of) => searches.filter(of).map((search) => search.ms);
  console.log(
    `searchMoments in ${LESSONS * CUES} cues; server on core ${SERVER_CORE}, asker on core ${LOAD_CORE}; ms\n`,
  );
  printTable(
    ['', 'searches', 'p50', 'p90', 'p99', 'slowest'],
    [
      line(
        'all',
        timesOf(() => true),
      ),
      ...['1 word', '2 words', '3 words', 'with a prefix', 'the 50 commonest words'].map((kind) =>
        line(
          kind,
          timesOf((search) => search.kind === kind),
        ),
      ),
      line(
        'of these in one course',
        timesOf((search) => search.courseId),
      ),
      line('another request beside them', waits),
    ],
  );
  const slowest = searches.toSorted((a, b) => b.ms - a.ms).slice(0, 5);
  console.log(`\nslowest: ${slowest.map(({ query, ms: took }) => `${query} (${took.toFixed(0)})`).join(', ')}`);
  const found = searches.filter(({ total }) => total > 0).length;
  console.log(
    `found something: ${found} of ${searches.length}; server: ${Math.round(residentMib(server.pid))} MiB resident`,
  );
  console.log(sizes(join(dataDir, 'app.db')));
}

function sizes(file) {
  const database = new Database(file, { readonly: true });
  const mb = database.prepare('select sum(pgsize) / 1e6 from dbstat where name like ?').pluck();
  const [index, cues, scopes] = ['cues_fts%', 'transcript_cues%', 'cue_scopes%'].map((name) => mb.get(name).toFixed(1));
  database.close();
  const whole = (statSync(file).size / 1e6).toFixed(0);
  return `index ${index} MB, scopes ${scopes} MB, cues ${cues} MB, database ${whole} MB`;
}

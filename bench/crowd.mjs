// `npm run bench:crowd`: 200 answers stream at once; how long does somebody else's query take, and does memory return?
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { settleIn } from './lib/people.mjs';
import { pinSelf, residentMib } from './lib/proc.mjs';
import { stopAll } from './lib/processes.mjs';
import { startServer } from './lib/server.mjs';

const STREAMS = 200;
const TOKENS = 200;
const TOKEN_MS = 50;
const ASK_AGAIN_MS = 20;
/** What was used has been let go of by then. */
const REST_MS = 15_000;
const CATALOGUE = '{ courses(first: 20) { nodes { id title instructor { username } lessons { title } } } }';
const ASK = `subscription ($input: AskTutorInput!) {
  askTutorStream(input: $input) { ... on TutorToken { text } ... on TutorDone { chat { response } } ... on TutorFailed { code } }
}`;

pinSelf();
const data = join(import.meta.dirname, 'data');
mkdirSync(data, { recursive: true });
const folder = mkdtempSync(join(data, 'crowd-'));
try {
  const model = await startModel();
  const more = { TUTOR_RUNNING_PER_USER: '100', SOCKETS_PER_USER: '0' };
  const server = await startServer(join(folder, 'school'), { port: model.address().port }, undefined, more);
  const school = await settleIn(server.port);
  await crowd(server.port, school, 3, 5); // warm
  await sleep(REST_MS);
  const before = residentMib(server.pid);
  for (let round = 1; round <= 3; round++) {
    const healthy = watch(server.port);
    const answers = await crowd(server.port, school, STREAMS, TOKENS);
    const waits = await healthy.stop();
    const rest = residentMib(server.pid);
    await sleep(REST_MS);
    console.log(
      `round ${round}: ${answers} answers whole; ${waits.length} queries beside them: p50 ${at(waits, 0.5)}, ` +
        `p99 ${at(waits, 0.99)}, max ${at(waits, 1)} ms; memory ${before} MiB before, ${rest} at the end, ` +
        `${residentMib(server.pid)} after ${REST_MS / 1000} s`,
    );
  }
  await server.stop();
  model.close();
  model.closeAllConnections();
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}

/** All ask at once and read to the end; gives how many answers came whole. */
async function crowd(port, { students, lessons }, streams, tokens) {
  const whole = 'word '.repeat(tokens);
  const answers = Array.from({ length: streams }, (_, n) =>
    ask(port, students[n % students.length], lessons.main, tokens),
  );
  const responses = await Promise.all(answers);
  const cut = responses.filter((response) => response !== whole).length;
  if (cut > 0) throw new Error(`${cut} of ${streams} answers are not whole`);
  return responses.length;
}

async function ask(port, token, lessonId, tokens) {
  const client = createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
  });
  const input = {
    lessonId,
    message: `Say ${tokens} words.`,
    timestampVideo: '12:40',
    clientRequestId: crypto.randomUUID(),
  };
  let text = '';
  for await (const { data, errors } of client.iterate({ query: ASK, variables: { input } })) {
    if (errors) throw new Error(JSON.stringify(errors));
    text += data.askTutorStream.text ?? '';
  }
  await client.dispose();
  return text;
}

/** Somebody who reads the catalogue all the while. */
function watch(port) {
  const waits = [];
  let over = false;
  const reading = (async () => {
    while (!over) {
      const begun = performance.now();
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: CATALOGUE }),
      });
      const { errors } = await response.json();
      if (errors) throw new Error(JSON.stringify(errors));
      waits.push(performance.now() - begun);
      await sleep(ASK_AGAIN_MS);
    }
  })();
  return {
    async stop() {
      over = true;
      await reading;
      return waits.sort((a, b) => a - b);
    },
  };
}

function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(0);
}

/** An OpenAI-compatible server that says as many words as it is asked for, at a steady pace. */
async function startModel() {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      let left = Number(/Say (\d+) words/.exec(JSON.parse(body).messages.at(-1).content)?.[1]);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const timer = setInterval(() => {
        if (left-- > 0) response.write('data: {"choices":[{"index":0,"delta":{"content":"word "}}]}\n\n');
        else {
          clearInterval(timer);
          response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
        }
      }, TOKEN_MS);
      response.once('close', () => clearInterval(timer));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

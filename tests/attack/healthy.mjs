// A healthy client in a process and at an address of its own: reads a catalogue, a course, a lesson and its own account at
// a steady pace, and now and then asks on a socket. Starts with the first message; the second one ends it.
import { once } from 'node:events';
import { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { send } from './lib/api.mjs';

const ADDRESS = '127.0.0.2';
const EVERY_MS = 30;
const SOCKET_EVERY_MS = 1000;
/** A client that waits longer has failed. */
const PATIENCE_MS = 5000;

const [{ port, school }] = await once(process, 'message');
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const { accessToken } = school.healthy;
const LESSON_FIELDS = 'id title order durationSeconds transcripts { id language cueCount }';
const asks = [
  () => ({
    query: '{ courses(first: 10) { nodes { id title lessonCount instructor { username } } pageInfo { endCursor } } }',
  }),
  (n) => ({
    query: `query ($id: ID!) { course(id: $id) { title description lessons { ${LESSON_FIELDS} } } }`,
    variables: { id: school.courseIds[n % school.courseIds.length] },
  }),
  (n) => ({
    query:
      'query ($id: ID!) { lesson(id: $id) { title course { title } transcripts { language cues(first: 20) { startSeconds text } } } }',
    variables: { id: school.lessonIds[n % school.lessonIds.length] },
    token: accessToken,
  }),
  () => ({ query: '{ me { id username credits } }', token: accessToken }),
];
const SUBSCRIPTION = 'subscription ($id: ID!) { tutorTokens(chatId: $id) { __typename } }';
const seen = { http: [], socket: [], faults: {} };
const open = new Set();
let over = false;

process.once('message', async () => {
  over = true;
  await Promise.race([Promise.all(open), pause(PATIENCE_MS + 500)]);
  process.send(seen, () => process.exit());
});
void socketsNowAndThen();
for (let n = 0, at = performance.now(); !over; n++, at += EVERY_MS) {
  track(seen.http, () => ask(asks[n % asks.length](n)));
  await pause(Math.max(0, at + EVERY_MS - performance.now()));
}

function track(times, work) {
  const begun = performance.now();
  const one = work()
    .then(() => times.push(performance.now() - begun))
    .catch(({ message }) => {
      seen.faults[message] = (seen.faults[message] ?? 0) + 1;
    })
    .finally(() => open.delete(one));
  open.add(one);
}

async function ask({ query, variables, token }) {
  const to = { port, agent, localAddress: ADDRESS, signal: AbortSignal.timeout(PATIENCE_MS) };
  const { status, text } = await send(to, JSON.stringify({ query, variables }), token);
  const { errors } = JSON.parse(text);
  if (errors || status !== 200) throw new Error(`${status} ${errors?.[0]?.extensions?.code}: ${errors?.[0]?.message}`);
}

async function socketsNowAndThen() {
  while (!over) {
    track(seen.socket, stream);
    await pause(SOCKET_EVERY_MS);
  }
}

/** Opens a socket, signs in, and reads an answer of the tutor to its end. */
async function stream() {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { localAddress: ADDRESS });
  const timer = setTimeout(() => socket.terminate(), PATIENCE_MS);
  try {
    await new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('close', (code) => reject(new Error(`the socket was closed with ${code}`)));
      socket.on('open', () => {
        const payload = { authorization: `Bearer ${accessToken}` };
        socket.send(JSON.stringify({ type: 'connection_init', payload }));
      });
      socket.on('message', (data) => {
        const { type, payload } = JSON.parse(data);
        if (type === 'connection_ack') {
          const subscribe = {
            id: '1',
            type: 'subscribe',
            payload: { query: SUBSCRIPTION, variables: { id: school.chatId } },
          };
          socket.send(JSON.stringify(subscribe));
        }
        if (type === 'error') reject(new Error(payload[0]?.message));
        if (type === 'complete') resolve();
      });
    });
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

// A process of its own: an OpenAI-compatible server that says the same answer to everyone, as its script says.
//   PUT /script   { tokens, everyMs, waitMs, held }; everyMs 0 is as fast as the socket takes it
//   GET /held     answers when so many calls (?calls=50) are held: a script with `held` waits for the next two
//   PUT /begin    lets them speak
//   PUT /finish   lets them end, once all is said
//   GET /prompt   the messages that it read last
import { createServer } from 'node:http';
import { tokensOf } from './answer.mjs';

let script;
let events;
let prompt = [];
/** Calls that wait for /begin; streams that wait for their next token; streams that wait for /finish. */
const [held, speaking, silent] = [new Set(), new Set(), new Set()];
let watcher = null;
let spoken = 0;

const controls = {
  '/script': (body) => {
    script = JSON.parse(body);
    events = tokensOf(script.tokens).map((content) => chunk([{ index: 0, delta: { content }, finish_reason: null }]));
  },
  '/begin': () => release(held, speak),
  '/finish': () => release(silent, end),
  '/prompt': () => JSON.stringify(prompt),
};

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks).toString();
  const { pathname, searchParams } = new URL(request.url, 'http://model');
  if (pathname.endsWith('/chat/completions')) return take(JSON.parse(body), response);
  if (pathname !== '/held') return response.end(controls[pathname](body));
  watcher = { calls: Number(searchParams.get('calls')), response };
  tellWatcher();
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
setInterval(() => speaking.forEach(sayDue), 1);

function take({ messages }, response) {
  prompt = messages;
  const stream = { ...script, events, response, sent: 0, begun: 0 };
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  if (script.held) {
    held.add(stream);
    tellWatcher();
  } else if (script.waitMs > 0) setTimeout(speak, script.waitMs, stream);
  else speak(stream);
}

function speak(stream) {
  if (stream.everyMs === 0) return pour(stream);
  // Real streams do not speak in step.
  stream.begun = performance.now() + (spoken++ % stream.everyMs);
  speaking.add(stream);
  sayDue(stream);
}

function sayDue(stream) {
  const due = Math.floor((performance.now() - stream.begun) / stream.everyMs) + 1;
  while (stream.sent < Math.min(due, stream.events.length)) stream.response.write(stream.events[stream.sent++]);
  if (stream.sent === stream.events.length) fallSilent(stream);
}

function pour(stream) {
  while (stream.sent < stream.events.length) {
    if (!stream.response.write(stream.events[stream.sent++])) return stream.response.once('drain', () => pour(stream));
  }
  fallSilent(stream);
}

function fallSilent(stream) {
  speaking.delete(stream);
  if (stream.held) silent.add(stream);
  else end(stream);
}

function end({ response, tokens }) {
  const usage = { prompt_tokens: 1500, completion_tokens: tokens, total_tokens: 1500 + tokens };
  response.write(chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]));
  response.end(`${chunk([], { usage })}data: [DONE]\n\n`);
}

function chunk(choices, more = {}) {
  const common = { id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1700000000, model: 'bench' };
  return `data: ${JSON.stringify({ ...common, choices, ...more })}\n\n`;
}

function release(streams, next) {
  for (const stream of streams) {
    streams.delete(stream);
    next(stream);
  }
}

function tellWatcher() {
  if (!watcher || held.size < watcher.calls) return;
  watcher.response.end();
  watcher = null;
}

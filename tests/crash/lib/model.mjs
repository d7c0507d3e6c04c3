// A process of its own: an OpenAI-compatible server that drips its answers at random paces, and outlives the server
// under test. GET /calls gives how often it was asked each question.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { answerTo, questionIn } from './answers.mjs';

const LONGEST_SILENCE_MS = 400;
const LONGEST_PAUSE_MS = 80;
const LARGEST_PIECE = 30;

const calls = new Map();

const server = createServer(async (request, response) => {
  if (request.url === '/calls') return response.end(JSON.stringify([...calls]));
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const question = questionIn(JSON.parse(Buffer.concat(chunks)).messages);
  calls.set(question, (calls.get(question) ?? 0) + 1);
  await drip(answerTo(question), response);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));

/** Cut anywhere, within characters too; some answers come without a usage. */
async function drip(text, response) {
  const say = (facts) => response.write(`data: ${JSON.stringify({ object: 'chat.completion.chunk', ...facts })}\n\n`);
  const pauseMs = Math.random() * LONGEST_PAUSE_MS;
  await pause(Math.random() * LONGEST_SILENCE_MS);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (let from = 0, to = 0; from < text.length && !response.closed; from = to) {
    to = from + 1 + Math.floor(Math.random() * LARGEST_PIECE);
    say({ choices: [{ index: 0, delta: { content: text.slice(from, to) }, finish_reason: null }] });
    await pause(pauseMs * (0.5 + Math.random()));
  }
  if (response.closed) return;
  say({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  if (Math.random() < 0.7) say({ choices: [], usage: { prompt_tokens: 400, completion_tokens: text.length >> 2 } });
  response.end('data: [DONE]\n\n');
}

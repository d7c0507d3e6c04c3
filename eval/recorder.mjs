// An OpenAI-compatible server that keeps what it was sent: what is measured is what a model would have read.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

/** @returns `url` for OPENAI_BASE_URL, `last()` request body, `say(answer)` for the next questions, `stop()` */
export async function startRecorder() {
  let last = null;
  let answer = 'An answer.';
  const server = createServer(async (request, response) => {
    last = JSON.parse(await text(request));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = [
      { choices: [{ index: 0, delta: { content: answer }, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ];
    for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
    response.end('data: [DONE]\n\n');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/v1`,
    last: () => last,
    say(next) {
      answer = next;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

// The leanest reader of a model's stream that still takes any JSON: for the floor, and to ask the model directly.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true });

/** Asks the model; `onText` gets each piece, `onEnd` is called when the stream has ended. */
export function askModel(port, question, onText, onEnd, onError) {
  const messages = [{ role: 'user', content: question }];
  const body = JSON.stringify({ model: 'bench', stream: true, stream_options: { include_usage: true }, messages });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const call = request({ port, host: '127.0.0.1', path: '/v1/chat/completions', method: 'POST', agent, headers });
  call.once('error', onError);
  call.once('response', (response) => {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (data) => {
      const events = (rest + data).split('\n\n');
      rest = events.pop();
      for (const event of events) {
        if (event === 'data: [DONE]') continue;
        const text = JSON.parse(event.slice('data: '.length)).choices[0]?.delta.content;
        if (text) onText(text);
      }
    });
    response.once('end', onEnd);
    response.once('error', onError);
  });
  call.end(body);
}

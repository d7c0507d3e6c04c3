import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterTest } from './server.js';

export interface RecordedRequest {
  model: string;
  messages: { role: string; content: string }[];
  stream: boolean;
  stream_options?: { include_usage: boolean };
  max_tokens?: number;
}

/** One request that the server under test has sent to its model, and what to answer it with. */
export class ModelCall {
  #accepted = false;
  /** Resolves when the caller's connection is gone, before or after the answer's end. */
  readonly closed: Promise<void>;

  constructor(
    readonly body: RecordedRequest,
    readonly headers: IncomingHttpHeaders,
    readonly response: ServerResponse,
  ) {
    this.closed = new Promise((resolve) => response.once('close', resolve));
  }

  /** All that the model was told, as one text. */
  get prompt(): string {
    return this.body.messages.map(({ content }) => content).join('\n');
  }

  /** Sends status 200 and the headers of a stream. */
  accept(): this {
    if (!this.#accepted) {
      this.response.writeHead(200, { 'content-type': 'text/event-stream' });
      this.response.flushHeaders();
    }
    this.#accepted = true;
    return this;
  }

  /** Sends one piece of the answer for each text. */
  say(...texts: string[]): this {
    this.accept();
    for (const text of texts) this.event({ choices: [{ index: 0, delta: { content: text }, finish_reason: null }] });
    return this;
  }

  /** Ends the answer as a real server does: reason, usage, `[DONE]`. */
  finish(reason = 'stop', usage: { input: number; output: number } | null = { input: 100, output: 10 }): void {
    this.accept();
    this.event({ choices: [{ index: 0, delta: {}, finish_reason: reason }] });
    if (usage) {
      const { input, output } = usage;
      this.event({
        choices: [],
        usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
      });
    }
    this.raw('data: [DONE]\n\n');
    this.response.end();
  }

  /** Answers with a status and a JSON body instead of a stream. */
  refuse(status: number, body: object = { error: { message: 'secret words of the provider' } }, headers = {}): void {
    this.response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  }

  /** One event of the stream. */
  event(facts: object): void {
    const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: this.body.model, ...facts };
    this.raw(`data: ${JSON.stringify(chunk)}\n\n`);
  }

  raw(bytes: string | Buffer): void {
    this.response.write(bytes);
  }

  /** Breaks the connection without an end. */
  reset(): void {
    this.response.socket?.resetAndDestroy();
  }
}

export interface ScriptedModel {
  /** For OPENAI_BASE_URL. */
  url: string;
  /** Environment that makes a test server use this model. */
  env: Record<string, string>;
  /** Every call so far, oldest first. */
  calls: ModelCall[];
  /** The next call that nobody has taken, as soon as it is there. */
  nextCall(): Promise<ModelCall>;
  /** Answers every call from now on; none is left for `nextCall`. */
  always(answer: (call: ModelCall) => void): void;
}

/** An OpenAI-compatible server in the test's process that says what the test tells it to, when the test says so. */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const calls: ModelCall[] = [];
  const untaken: ModelCall[] = [];
  const waiting: ((call: ModelCall) => void)[] = [];
  let answer: ((call: ModelCall) => void) | null = null;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = new ModelCall(JSON.parse(Buffer.concat(chunks).toString()), request.headers, response);
    calls.push(call);
    if (answer) return answer(call);
    const next = waiting.shift();
    if (next) next(call);
    else untaken.push(call);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    url,
    env: { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'sk-scripted-model-key', OPENAI_MODEL: 'scripted' },
    calls,
    nextCall() {
      const call = untaken.shift();
      return call ? Promise.resolve(call) : new Promise((resolve) => waiting.push(resolve));
    },
    always(next) {
      answer = next;
      for (const call of untaken.splice(0)) next(call);
    },
  };
}

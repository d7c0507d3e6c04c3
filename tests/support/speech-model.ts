import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterTest } from './server.js';

/** One request to write down a part, and its answer. */
export interface SpeechCall {
  authorization: string | undefined;
  /** Fields of the form but the file. */
  fields: Record<string, string>;
  audio: Buffer;
  response: ServerResponse;
  /** Answers as OpenAI's whisper-1 does. */
  say(
    segments: readonly (readonly [start: number, end: number, text: string])[],
    facts?: { language?: string; seconds?: number | null },
  ): void;
  /** Answers with a status and a JSON body. */
  refuse(status: number, headers?: Record<string, string>): void;
}

export interface SpeechModel {
  url: string;
  /** Environment that makes a test server have speech written down here. */
  env: Record<string, string>;
  /** Every call so far, oldest first. */
  calls: SpeechCall[];
}

/** An OpenAI-compatible `audio/transcriptions` in the test's process that answers as the test says. */
export async function startSpeechModel(answer: (call: SpeechCall, number: number) => void): Promise<SpeechModel> {
  const calls: SpeechCall[] = [];
  const server = createServer(async (request, response) => {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const form = await new Response(new Uint8Array(await buffer(request)), { headers }).formData();
    const file = form.get('file') as File;
    form.delete('file');
    const json = (status: number, body: object, more: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(JSON.stringify(body));
    const call: SpeechCall = {
      authorization: request.headers.authorization,
      fields: Object.fromEntries([...form].map(([name, value]) => [name, String(value)])),
      audio: Buffer.from(await file.arrayBuffer()),
      response,
      say(segments, { language = 'english', seconds = 60 } = {}) {
        const said = segments.map(([start, end, text], id) => ({ id, start, end, text }));
        const usage = seconds === null ? {} : { duration: seconds, usage: { type: 'duration', seconds } };
        json(200, {
          task: 'transcribe',
          language,
          text: said.map(({ text }) => text).join(' '),
          segments: said,
          ...usage,
        });
      },
      refuse: (status, more) => void json(status, { error: { message: 'secret words of the provider' } }, more),
    };
    calls.push(call);
    answer(call, calls.length);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return {
    url,
    env: {
      TRANSCRIBE_BASE_URL: url,
      TRANSCRIBE_MODEL: 'whisper-scripted',
      TRANSCRIBE_API_KEY: 'sk-scripted-speech-key',
    },
    calls,
  };
}

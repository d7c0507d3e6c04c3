import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Config } from '../shared/config.js';
import { readCompletion, wholeText } from './completion-reader.js';
import { type LanguageModel, ModelError, type ModelListener } from './language-model.js';

const OPENAI = 'https://api.openai.com/v1';
const CONNECT_TIMEOUT_MS = 5000;
/** Of what a refusal says to the log. */
const MOST_REFUSAL_CHARACTERS = 2_000;

/** Any server that speaks OpenAI's chat completions, streamed. The one file that talks to it. */
export function openaiModel({ apiKey, baseUrl, model }: NonNullable<Config['openai']>): LanguageModel {
  const url = new URL(baseUrl ?? OPENAI);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/chat/completions`;
  const isHttps = url.protocol === 'https:';
  const send = isHttps ? requestHttps : requestHttp;
  const agent = isHttps ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const { hostname, port, path } = urlToHttpOptions(url);
  // As a list, which Node writes as it is: of an object it keeps a copy with each request, and checks it again.
  const headers = Object.entries({
    host: url.host,
    'content-type': 'application/json',
    accept: 'application/json',
    // What comes is read as it comes.
    'accept-encoding': 'identity',
    'user-agent': 'lectern',
    ...(apiKey && { authorization: `Bearer ${apiKey}` }),
  }).flat();
  // OpenAI's newer models refuse `max_tokens`, and many compatible servers know nothing else.
  const limit = baseUrl ? 'max_tokens' : 'max_completion_tokens';

  return {
    provider: 'openai',
    name: model,
    priced: true,
    stream({ messages, maxOutputTokens }, listener) {
      const body = JSON.stringify({
        model,
        messages,
        stream: true,
        stream_options: { include_usage: true },
        [limit]: maxOutputTokens,
      });
      const length = ['content-length', String(Buffer.byteLength(body))];
      // Redirects are not followed: another host's words are not the configured model's, and the key is not for it.
      const call = send({ method: 'POST', hostname, port, path, agent, headers: [...headers, ...length] });
      let over = false;
      const heard: ModelListener = {
        hear: listener.hear,
        end(error) {
          over = true;
          listener.end(error);
        },
      };
      call.once('socket', (socket) => {
        if (!socket.connecting) return;
        const late = setTimeout(() => call.destroy(new Error('no connection in time')), CONNECT_TIMEOUT_MS);
        const inTime = () => clearTimeout(late);
        socket.once(isHttps ? 'secureConnect' : 'connect', inTime).once('close', inTime);
      });
      call.once('response', (response) => take(response, heard));
      // Also after the answer's end, when it means nothing any more.
      call.on('error', (cause) => heard.end(new ModelError('no connection', { retryable: true, cause })));
      call.end(body);
      return () => {
        if (!over) call.destroy();
      };
    },
  };
}

function take(response: IncomingMessage, listener: ModelListener): void {
  response.setEncoding('utf8');
  const { statusCode = 0, headers } = response;
  if (statusCode >= 200 && statusCode <= 299) {
    readCompletion(response, listener);
  } else {
    response.on('error', (cause) => listener.end(new ModelError(`HTTP ${statusCode}`, { retryable: true, cause })));
    wholeText(response, MOST_REFUSAL_CHARACTERS, (text) => listener.end(refusal(statusCode, headers, text)));
  }
}

function refusal(status: number, headers: IncomingMessage['headers'], text: string): ModelError {
  const retryAfterMs = retryAfter(headers['retry-after']);
  return new ModelError(`HTTP ${status}`, {
    retryable: status === 408 || status === 409 || status === 429 || status >= 500,
    cause: text,
    ...(retryAfterMs !== null && { retryAfterMs }),
  });
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfter(header: string | undefined): number | null {
  if (!header) return null;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

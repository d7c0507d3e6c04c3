// biome-ignore lint/style/noRestrictedImports: the one importer
import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { ChatCompletion, ChatCompletionChunk } from 'openai/resources/chat/completions';
import { Stream } from 'openai/streaming';
import { Agent, fetch as undiciFetch } from 'undici';
import type { Config } from '../shared/config.js';
import { type LanguageModel, ModelError, type ModelEvent, type ModelRequest } from './language-model.js';

const CONNECT_TIMEOUT_MS = 5000;
/** The SDK's own timeout ends with the headers; whoever calls bounds the whole and every part of it. */
const HEADERS_TIMEOUT_MS = 3_600_000;

/** Any server that speaks OpenAI's chat completions, streamed. The one file that talks to it. */
export function openaiModel({ apiKey, baseUrl, model }: NonNullable<Config['openai']>): LanguageModel {
  const client = new OpenAI({
    // Local servers ask for no key, and the SDK for one.
    apiKey: apiKey ?? 'none',
    baseURL: baseUrl,
    // Retries are ours: the SDK would sleep for whatever Retry-After says.
    maxRetries: 0,
    timeout: HEADERS_TIMEOUT_MS,
    // It would print what it cannot parse.
    logLevel: 'off',
    // Node's own fetch, as the package, because only that one lets its connections be bounded.
    fetch: undiciFetch as unknown as typeof fetch,
    fetchOptions: {
      dispatcher: new Agent({ connect: { timeout: CONNECT_TIMEOUT_MS }, headersTimeout: 0, bodyTimeout: 0 }),
      // Another host's words are not the configured model's, and the key is not for it.
      redirect: 'manual',
    } as object,
  });

  async function* stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    // OpenAI's newer models refuse `max_tokens`, and many compatible servers know nothing else.
    const limit = baseUrl ? 'max_tokens' : 'max_completion_tokens';
    try {
      const call = client.chat.completions.create(
        {
          model,
          messages: request.messages,
          stream: true,
          stream_options: { include_usage: true },
          [limit]: request.maxOutputTokens,
        },
        { signal },
      );
      const response = await call.asResponse();
      yield { type: 'accepted' };
      const type = response.headers.get('content-type') ?? '';
      if (type.includes('html')) throw new ModelError('a web page instead of an answer');
      if (type.includes('json')) yield* wholeAnswer((await response.json()) as ChatCompletion);
      else yield* streamedAnswer(client, response, signal);
    } catch (error) {
      throw asModelError(error);
    }
  }

  return { provider: 'openai', name: model, priced: true, stream };
}

async function* streamedAnswer(client: OpenAI, response: Response, signal: AbortSignal): AsyncGenerator<ModelEvent> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener('abort', abort);
  try {
    for await (const chunk of Stream.fromSSEResponse<ChatCompletionChunk>(response, controller, client)) {
      const choice = chunk.choices?.[0];
      if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content };
      if (choice?.finish_reason) yield { type: 'finish', reason: finishReason(choice.finish_reason) };
      if (chunk.usage) yield usageOf(chunk.usage);
    }
  } finally {
    signal.removeEventListener('abort', abort);
    // Closes the connection when the reader leaves before the end.
    controller.abort();
  }
}

/** Some servers answer in one piece although asked to stream: the answer is taken whole. */
function* wholeAnswer(completion: ChatCompletion): Generator<ModelEvent> {
  const choice = completion.choices?.[0];
  if (choice?.message?.content) yield { type: 'text', text: choice.message.content };
  if (choice?.finish_reason) yield { type: 'finish', reason: finishReason(choice.finish_reason) };
  if (completion.usage) yield usageOf(completion.usage);
}

function finishReason(reason: string): 'stop' | 'length' | 'content_filter' {
  return reason === 'length' || reason === 'content_filter' ? reason : 'stop';
}

function usageOf(usage: { prompt_tokens: number; completion_tokens: number }): ModelEvent {
  return { type: 'usage', tokensInput: usage.prompt_tokens, tokensOutput: usage.completion_tokens };
}

function asModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  if (error instanceof APIConnectionError) return new ModelError('no connection', { retryable: true, cause: error });
  if (error instanceof APIError) {
    const { status = 0, headers } = error;
    const retryable = status === 408 || status === 409 || status === 429 || status >= 500;
    const retryAfterMs = retryAfter(headers?.get('retry-after'));
    return new ModelError(`HTTP ${status}`, {
      retryable,
      cause: error,
      ...(retryAfterMs !== null && { retryAfterMs }),
    });
  }
  return new ModelError('the stream could not be read', { retryable: true, cause: error });
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfter(header: string | null | undefined): number | null {
  if (!header) return null;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

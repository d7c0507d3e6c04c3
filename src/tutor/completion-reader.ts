import type { IncomingMessage } from 'node:http';
import { EventStreamReader } from './event-stream.js';
import { ModelError, type ModelEvent, type ModelListener } from './language-model.js';

/** Of an answer that comes in one piece. */
const MOST_CHARACTERS = 4_000_000;
const LONGEST_ERROR = 2_000;
/** A server that keeps its connection open after `[DONE]` loses it then. */
const AFTER_DONE_MS = 1000;

/** Reads the answer of a model's server that took the call: OpenAI's chat completion, streamed or in one piece. */
export function readCompletion(response: IncomingMessage, listener: ModelListener): void {
  const unreadable = (cause: unknown) =>
    listener.end(new ModelError('the stream could not be read', { retryable: true, cause }));
  response.on('error', unreadable);
  listener.hear({ type: 'accepted' });
  const type = response.headers['content-type'] ?? '';
  if (type.includes('html')) {
    response.destroy();
    listener.end(new ModelError('a web page instead of an answer'));
  } else if (type.includes('json')) {
    wholeText(response, MOST_CHARACTERS, (text) => {
      try {
        hearCompletion(JSON.parse(text), 'message', listener.hear);
        listener.end(null);
      } catch (error) {
        unreadable(error);
      }
    });
  } else {
    readStream(response, listener, unreadable);
  }
}

function readStream(response: IncomingMessage, listener: ModelListener, unreadable: (cause: unknown) => void): void {
  let said = '';
  const sayAll = () => {
    const text = said;
    said = '';
    if (text !== '') listener.hear({ type: 'text', text });
  };
  const hear = (event: ModelEvent) => {
    if (event.type === 'text') {
      said += event.text;
    } else {
      sayAll();
      listener.hear(event);
    }
  };
  const reader = new EventStreamReader((data) => {
    if (!data.startsWith('[DONE]')) return hearCompletion(JSON.parse(data), 'delta', hear);
    sayAll();
    listener.end(null);
    // Read to its end, so that the connection can serve the next call.
    if (!response.complete) response.setTimeout(AFTER_DONE_MS, () => response.destroy());
  });
  response.on('data', (piece: string) => {
    try {
      reader.read(piece);
      // All that came in one piece is said at once.
      sayAll();
    } catch (error) {
      sayAll();
      response.destroy();
      unreadable(error);
    }
  });
  response.once('end', () => listener.end(null));
}

/** The part of a chat completion, or of a chunk of one, that is read. */
interface Completion {
  error?: unknown;
  choices?: { delta?: { content?: string }; message?: { content?: string }; finish_reason?: string | null }[];
  usage?: { prompt_tokens: number; completion_tokens: number } | null;
}

/** Some servers answer in one piece although asked to stream: then it is a `message`, and taken whole. */
function hearCompletion(
  { error, choices, usage }: Completion,
  part: 'delta' | 'message',
  hear: (event: ModelEvent) => void,
): void {
  if (error) throw new Error(`an error within the answer: ${JSON.stringify(error).slice(0, LONGEST_ERROR)}`);
  const choice = choices?.[0];
  const text = choice?.[part]?.content;
  if (typeof text === 'string' && text !== '') hear({ type: 'text', text });
  const reason = choice?.finish_reason;
  if (reason) hear({ type: 'finish', reason: reason === 'length' || reason === 'content_filter' ? reason : 'stop' });
  if (usage) hear({ type: 'usage', tokensInput: usage.prompt_tokens, tokensOutput: usage.completion_tokens });
}

/** Gives the text of a response, or as much of it as is wanted. */
export function wholeText(response: IncomingMessage, most: number, give: (text: string) => void): void {
  let text = '';
  response.on('data', (piece: string) => {
    text += piece;
    if (text.length <= most) return;
    give(text.slice(0, most));
    response.destroy();
  });
  response.once('end', () => give(text));
}

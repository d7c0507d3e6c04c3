import type { Material } from './material.js';

export interface ModelMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** One question to a model. */
export interface ModelRequest {
  messages: ModelMessage[];
  maxOutputTokens: number;
  /** What the messages were made of, for a tutor that is no language model. */
  material: Material;
}

export type ModelEvent =
  /** The provider took the call: from here on it may bill for it. */
  | { type: 'accepted' }
  | { type: 'text'; text: string }
  | { type: 'finish'; reason: 'stop' | 'length' | 'content_filter' }
  /** The provider's own count; at most once, after the finish. */
  | { type: 'usage'; tokensInput: number; tokensOutput: number };

/** Who writes answers. A stream that ends without a `finish` was cut. */
export interface LanguageModel {
  provider: string;
  name: string;
  /** Whether answers cost credits. */
  priced: boolean;
  /** @throws ModelError; stops within milliseconds of the signal, closing its connection */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** A call that failed. The message is for the log: it may hold a provider's words, and never reaches a client. */
export class ModelError extends Error {
  constructor(
    message: string,
    readonly facts: {
      retryable: boolean;
      retryAfterMs?: number;
      /** The provider is well, and refused this very request. */
      oursToMend?: boolean;
      cause?: unknown;
    } = { retryable: false },
  ) {
    super(message, { cause: facts.cause });
  }
}

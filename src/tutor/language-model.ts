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
  /** All that came at once. */
  | { type: 'text'; text: string }
  | { type: 'finish'; reason: 'stop' | 'length' | 'content_filter' }
  /** The provider's own count; at most once, after the finish. */
  | { type: 'usage'; tokensInput: number; tokensOutput: number };

/** Who listens to a model. Called as things come: a stream of tokens is no place for promises. */
export interface ModelListener {
  hear(event: ModelEvent): void;
  /** The stream has ended, or failed; what comes after it counts for nothing. Without a `finish` before it was cut. */
  end(error: ModelError | null): void;
}

/** Who writes answers. */
export interface LanguageModel {
  provider: string;
  name: string;
  /** Whether answers cost credits. */
  priced: boolean;
  /** @returns what stops the call at once, closing its connection: what is heard after that counts for nothing */
  stream(request: ModelRequest, listener: ModelListener): () => void;
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

import type { ErrorCode } from './coded-error.js';

export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Transport = 'http' | 'websocket';

/** How an operation ended, for the one who sent it. */
export type OutcomeCode = 'OK' | keyof typeof ErrorCode;

/** How a stream ended: by itself, by its client's leaving, or by an error. */
export type StreamEnd = 'COMPLETED' | 'LEFT' | 'FAILED';

/**
 * What a server counts of itself. The labels have fixed sets of values, so that nobody can fill the memory by what
 * they send; docs/operations.md lists what an operator reads of it.
 */
export interface Metrics {
  /**
   * An operation has ended; a subscription has sent its first result.
   * @param operation the field at its root, or `several`, `__typename`, `none`: never a word of the client's
   */
  request(transport: Transport, operation: string, code: OutcomeCode, ms: number): void;
  subscriptionEnded(operation: string, end: StreamEnd): void;
  socketClosed(closeCode: number): void;
  /** From a question's commit to the first text of its answer. */
  firstToken(ms: number): void;
  /** An ending is committed. Tokens are 0 when no provider took the call. */
  answerEnded(ending: {
    status: string;
    code: OutcomeCode;
    tokensInput: number;
    tokensOutput: number;
    creditsCharged: number;
  }): void;
  /** A value that is read only when somebody asks for the metrics. Each name once. */
  gauge(name: string, help: string, read: () => number): void;
  /** Everything in Prometheus' text format, `METRICS_TYPE`. */
  scrape(): Promise<string>;
  /** Ends what measures all the time. */
  close(): void;
}

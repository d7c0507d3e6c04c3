import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Config } from '../shared/config.js';
import type { Metrics, OutcomeCode, StreamEnd, Transport } from '../shared/metrics.js';
import { watchProcess } from './process-metrics.js';
import { RequestTallies } from './request-tallies.js';

const FIRST_TOKEN_SECONDS = [0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5, 7.5, 10, 15, 20];

/** What sockets are closed with, by us or by clients of good manners; a client may send any of 3000 to 4999. */
const CLOSE_CODES = new Set([
  ...[1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013],
  ...[4400, 4401, 4403, 4406, 4408, 4409, 4429, 4499, 4500],
]);

/**
 * Counts in a registry of this server's own. The process is watched only where somebody can read of it, since that
 * takes a timer.
 */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #requests = new RequestTallies(this.#registry);
  readonly #subscriptions = this.#labelled('lectern_subscriptions_ended_total', 'Streams, by how they ended.', [
    'operation',
    'end',
  ]);
  readonly #closes = this.#labelled('lectern_sockets_closed_total', 'Sockets, by the code of their close.', ['code']);
  readonly #answers = this.#labelled('lectern_answers_total', 'Answers of the tutor, by their committed ending.', [
    'status',
    'code',
  ]);
  readonly #tokens = this.#labelled('lectern_tokens_total', 'Tokens of the model, as they stand in usage rows.', [
    'direction',
  ]);
  readonly #credits = this.#labelled('lectern_credits_charged_total', 'Credits charged for answers.', []);
  readonly #firstToken = new Histogram({
    name: 'lectern_first_token_seconds',
    help: 'From a question’s commit to the first text of its answer.',
    buckets: FIRST_TOKEN_SECONDS,
    registers: [this.#registry],
  });
  readonly #stopWatching: () => void;

  constructor({ metrics: { port, token } }: Pick<Config, 'metrics'>) {
    const served = port !== null || token !== null;
    this.#stopWatching = served ? watchProcess(this) : () => {};
  }

  request(transport: Transport, operation: string, code: OutcomeCode, ms: number): void {
    this.#requests.count(transport, operation, code, ms / 1000);
  }

  subscriptionEnded(operation: string, end: StreamEnd): void {
    this.#subscriptions.inc({ operation, end });
  }

  socketClosed(code: number): void {
    this.#closes.inc({ code: CLOSE_CODES.has(code) ? code : 'other' });
  }

  firstToken(ms: number): void {
    this.#firstToken.observe(ms / 1000);
  }

  answerEnded({
    status,
    code,
    tokensInput,
    tokensOutput,
    creditsCharged,
  }: Parameters<Metrics['answerEnded']>[0]): void {
    this.#answers.inc({ status, code });
    this.#tokens.inc({ direction: 'input' }, tokensInput);
    this.#tokens.inc({ direction: 'output' }, tokensOutput);
    this.#credits.inc(creditsCharged);
  }

  gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** As `gauge`, of a number that only grows. */
  counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }

  scrape(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    this.#stopWatching();
  }

  #labelled<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}

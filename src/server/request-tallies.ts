import { Counter, type Metric, type Registry } from 'prom-client';
import type { OutcomeCode, Transport } from '../shared/metrics.js';

/** In seconds. With `wait: true` an answer to a question takes as long as the tutor may. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];
const COUNT = 'lectern_requests_total';
const LATENCY = 'lectern_request_duration_seconds';

/**
 * Requests by operation and code, and how long they took. Every request passes here, and the library's own counter
 * and histogram take some microseconds to find the series of their labels; so they are counted in plain numbers, and
 * become the library's series when they are read.
 */
export class RequestTallies {
  readonly #tallies = { http: new Map<string, Tally>(), websocket: new Map<string, Tally>() };

  constructor(registry: Registry) {
    const all = () => this.#all();
    new Counter({
      name: COUNT,
      help: 'Operations that have ended, and requests that were refused before they were one.',
      labelNames: ['transport', 'operation', 'code'],
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, codes } of all()) for (const [code, n] of codes) this.inc({ ...labels, code }, n);
      },
    });
    const latency = {
      name: LATENCY,
      help: 'From the arrival of an operation to its end; of a subscription, to its first result.',
      type: 'histogram',
      aggregator: 'sum',
    };
    const get = async () => ({ ...latency, values: all().flatMap(valuesOf) });
    // What a registry asks of a metric. The library's class can be given single observations only.
    registry.registerMetric({ ...latency, get } as unknown as Metric);
  }

  count(transport: Transport, operation: string, code: OutcomeCode, seconds: number): void {
    const tally = this.#tallies[transport].get(operation) ?? this.#begin(transport, operation);
    tally.count(code, seconds);
  }

  #begin(transport: Transport, operation: string): Tally {
    const tally = new Tally({ transport, operation });
    this.#tallies[transport].set(operation, tally);
    return tally;
  }

  #all(): Tally[] {
    return Object.values(this.#tallies).flatMap((each) => [...each.values()]);
  }
}

class Tally {
  readonly codes = new Map<OutcomeCode, number>();
  /** How many took no longer than each bound, and longer than the one before; the last took longer than all. */
  readonly took = new Float64Array(BOUNDS.length + 1);
  seconds = 0;

  constructor(readonly labels: { transport: Transport; operation: string }) {}

  count(code: OutcomeCode, seconds: number): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
    this.seconds += seconds;
    let bucket = 0;
    while (bucket < BOUNDS.length && seconds > (BOUNDS[bucket] as number)) bucket++;
    this.took[bucket] = (this.took[bucket] as number) + 1;
  }
}

/** The lines of a Prometheus histogram: each bucket counts those before it too. */
function valuesOf({ labels, took, seconds }: Tally) {
  let count = 0;
  const buckets = [...took].map((n, bucket) => {
    count += n;
    return { metricName: `${LATENCY}_bucket`, labels: { ...labels, le: BOUNDS[bucket] ?? '+Inf' }, value: count };
  });
  const sum = { metricName: `${LATENCY}_sum`, labels, value: seconds };
  return [...buckets, sum, { metricName: `${LATENCY}_count`, labels, value: count }];
}

// How long a process was ready to run and had no core: on a busy machine its timers are late by so much. Linux tells;
// elsewhere it counts as 0.
import { readFileSync } from 'node:fs';

const SAMPLE_MS = 50;

/** Of its main thread, since it began. */
export function waitedForCpuMs(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Watches how long a process waits, so that it can be told for any stretch of time after the process is gone. */
export class WaitingRecord {
  #samples = [];
  #timer;

  constructor(pid) {
    this.#take(pid);
    this.#timer = setInterval(() => this.#take(pid), SAMPLE_MS);
    this.stop = () => {
      clearInterval(this.#timer);
      this.#take(pid);
    };
  }

  /** How long it waited between that moment, by this process's clock, and its end: 0 to `SAMPLE_MS` too much. */
  since(at) {
    const before = this.#samples.findLast((sample) => sample.at <= at) ?? this.#samples[0];
    return this.#samples.at(-1).waited - before.waited;
  }

  #take(pid) {
    this.#samples.push({ at: performance.now(), waited: waitedForCpuMs(pid) });
  }
}

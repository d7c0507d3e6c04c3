import { WaitingRecord } from './scheduling.mjs';

/** One life of the server, from its start to its end. */
export class Life {
  killedAt = null;
  killedAtWall = null;
  #spoke = Promise.withResolvers();
  #dead = new AbortController();
  #waiting;

  constructor(index, server) {
    this.index = index;
    this.server = server;
    this.readyAtWall = Date.now();
    this.#waiting = new WaitingRecord(server.pid);
    server.exited.then(([code, signal]) => {
      if (this.killedAt === null) this.diedByItself = code ?? signal;
      this.#dead.abort();
    });
  }

  /** Resolves with the first text that it shows to anyone. */
  get spoke() {
    return this.#spoke.promise;
  }

  hasSpoken() {
    this.#spoke.resolve();
  }

  /** Aborted as soon as it is killed, or has died. */
  get dead() {
    return this.#dead.signal;
  }

  /** How long it served before that moment, in ms. */
  upMsUntil(wall) {
    return Math.max(0, Math.min(wall, this.killedAtWall ?? wall) - this.readyAtWall);
  }

  /** How long it had no core between that moment, by this process's clock, and its end: its timers were so late. */
  waitedMsSince(at) {
    return this.#waiting.since(at);
  }

  async end(signal) {
    this.#waiting.stop();
    this.killedAt = performance.now();
    this.killedAtWall = Date.now();
    this.server.signal(signal);
    this.#dead.abort();
    await this.server.exited;
  }
}

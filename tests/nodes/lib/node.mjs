// One node of the school: a real server process that is killed, stopped and started again.
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isHealthy, launch } from '../../crash/lib/processes.mjs';

const LOOK_MS = 50;
const READY_WITHIN_MS = 30_000;

export class Node {
  #child = null;
  #log;

  constructor(number, folder, env) {
    this.number = number;
    this.port = Number(env.PORT);
    this.env = env;
    this.#log = openSync(join(folder, `node-${number}.log`), 'a');
  }

  get runs() {
    return this.#child !== null;
  }

  async start() {
    const child = launch(['dist/main.js'], this.env, ['ignore', this.#log, this.#log]);
    this.#child = child;
    this.exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
    this.exited.then(() => {
      if (this.#child === child) this.#child = null;
    });
    const until = performance.now() + READY_WITHIN_MS;
    while (!(await isHealthy(this.port))) {
      if (!this.runs) throw new Error(`node ${this.number} ended before it was ready`);
      if (performance.now() > until) throw new Error(`node ${this.number} did not become ready`);
      await pause(LOOK_MS);
    }
  }

  signal(name) {
    this.#child?.kill(name);
  }
}

// The figures of a run, as a table of plain text.

import { monitorEventLoopDelay } from 'node:perf_hooks';

const LOOK_MS = 10;

export class Figures {
  ready = [];
  ownReady = [];
  orphanEnds = [];
  losses = [];
  statuses = {};
  told = {};
  questions = 0;
  cameBack = 0;
  cancelsWithoutEnd = 0;
  #delay = monitorEventLoopDelay({ resolution: LOOK_MS });

  constructor() {
    this.#delay.enable();
  }

  settle(question, row, loss) {
    this.questions++;
    this.statuses[row.status] = (this.statuses[row.status] ?? 0) + 1;
    for (const { by, status } of question.told) {
      this.told[by] = (this.told[by] ?? 0) + 1;
      if (by === 'cancelTutor' && status === 'STREAMING') this.cancelsWithoutEnd++;
    }
    if (row.status === 'INTERRUPTED') this.losses.push(loss);
  }

  rows() {
    const lost = this.losses.filter(({ lostMs }) => lostMs > 0);
    const ofLost = (key) => lost.map((loss) => loss[key]);
    // What a client notes late looks younger than it was.
    const late = (percent) => Math.round(this.#delay.percentile(percent) / 1e6) - LOOK_MS;
    const counts = (facts) =>
      Object.entries(facts)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ');
    return [
      ['questions asked and settled', `${this.questions}: ${counts(this.statuses)}`],
      ['acknowledged and found again', counts(this.told)],
      ['subscriptions sent again after a kill', String(this.cameBack)],
      ['interrupted answers that lost text', `${lost.length} of ${this.losses.length}`],
      ['  shown so long before the kill', spread(ofLost('lostMs'), 'ms')],
      ['  characters', spread(ofLost('lostLength'), '')],
      ['  earlier than 250 ms before', tooOld(lost)],
      ['clients were late to look, by', `99 % ${late(99)}, max ${late(100)} ms`],
      ['ready after the start', spread(this.ready, 'ms')],
      ['  without waiting for a core', spread(this.ownReady, 'ms')],
      ['interrupted answers ended after the kill', spread(this.orphanEnds, 'ms')],
      ['cancelTutor gave an answer without an end', String(this.cancelsWithoutEnd)],
    ];
  }
}

/** Allowed only for as long as the server had no core to store it with. */
function tooOld(lost) {
  const late = lost.filter(({ overMs }) => overMs > 0).sort((a, b) => b.overMs - a.overMs);
  if (late.length === 0) return 'none';
  const [{ overMs, waitedMs }] = late;
  return `${late.length}, by at most ${Math.ceil(overMs)} ms, when the server had waited ${Math.floor(waitedMs)} ms for a core`;
}

function spread(values, unit) {
  if (values.length === 0) return 'none';
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]);
  return `median ${at(0.5)}, 90 % ${at(0.9)}, 99 % ${at(0.99)}, max ${at(1)} ${unit}`.trimEnd();
}

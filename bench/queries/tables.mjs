// The samples of the rounds as tables.
import { median } from '../lib/figures.mjs';
import { printTable } from '../lib/table.mjs';

const COLUMNS = {
  'CPU µs/req': (own) => middle(own, 'cpuUs').toFixed(1),
  lowest: (own) => Math.min(...own.map(({ cpuUs }) => cpuUs)).toFixed(1),
  '× floor': (own, { floor }) => cheaper(own, floor),
  '× apollo': (own, { apollo }) => cheaper(own, apollo),
  'req/s': (own) => middle(own, 'perSecond').toFixed(0),
  'p50 ms': (own) => middle(own, 'p50Ms').toFixed(2),
  'p99 ms': (own) => middle(own, 'p99Ms').toFixed(2),
  'memory MiB': (own) => middle(own, 'residentMib').toFixed(0),
  'others %': (own) => (100 * middle(own, 'othersShare')).toFixed(0),
  failed: (own) => String(failures(own)),
};

export function printQueries(results) {
  for (const { title, targets } of results) {
    const rows = Object.entries(targets).map(([name, own]) => [
      name,
      ...Object.values(COLUMNS).map((cell) => cell(own, targets)),
    ]);
    printTable([title], []);
    printTable(['', ...Object.keys(COLUMNS)], rows);
    console.log();
  }
}

/** @throws when an answer was not what it should be */
export function refuseFailures(results) {
  for (const { title, targets } of results) {
    for (const [name, own] of Object.entries(targets)) {
      const first = own.find(({ firstFailure }) => firstFailure)?.firstFailure;
      if (failures(own) > 0) throw new Error(`${name} failed in ${title}, first with ${first}`);
    }
  }
}

/** How many times less than the other's a request costs: within each round, so that a disturbance meets both. */
function cheaper(own, other) {
  return other ? median(own.map(({ cpuUs }, round) => other[round].cpuUs / cpuUs)).toFixed(2) : '';
}

const middle = (samples, field) => median(samples.map((sample) => sample[field]));
const failures = (samples) => samples.reduce((sum, { failed }) => sum + failed, 0);

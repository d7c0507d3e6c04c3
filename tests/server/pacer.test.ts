import { describe, expect, it } from '@jest/globals';
import { Pacer } from '../../src/server/pacer.js';

const clock = { at: 0, now: () => 0, monotonic: () => clock.at };

/** Asks so many times within a tenth of a second; gives how many were told to wait. */
function ask(pacer: Pacer, times: number, again: () => void): number {
  let waiting = 0;
  for (let n = 0; n < times; n++) {
    if (!pacer.mayLeave(again)) waiting++;
    clock.at += 100 / times;
  }
  return waiting;
}

describe('when pieces of text leave', () => {
  it('is at once while few come', () => {
    const pacer = new Pacer(clock);
    expect([ask(pacer, 200, () => {}), ask(pacer, 200, () => {})]).toEqual([0, 0]);
  });

  it('is in beats while thousands come in a second, and at once again after', async () => {
    const pacer = new Pacer(clock);
    ask(pacer, 400, () => {});
    const beat = Promise.withResolvers<boolean>();
    let told = 0;
    const again = () => {
      told++;
      beat.resolve(pacer.mayLeave(again));
    };
    expect(ask(pacer, 400, again)).toBeGreaterThan(390);
    expect(await beat.promise).toBe(true);
    // Once for all that was asked meanwhile.
    expect(told).toBe(1);
    ask(pacer, 10, () => {});
    expect(ask(pacer, 10, () => {})).toBe(0);
  });

  it('is at once after a silence, whatever came before it', () => {
    const pacer = new Pacer(clock);
    ask(pacer, 1000, () => {});
    clock.at += 1000;
    expect(pacer.mayLeave(() => {})).toBe(true);
  });
});

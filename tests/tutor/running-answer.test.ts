import { describe, expect, it } from '@jest/globals';
import { LEASE_MS, RunningAnswer } from '../../src/tutor/running-answer.js';

describe('a running answer', () => {
  it('is shown only while more than a second of its lease is left, and again once the lease is renewed', async () => {
    const clock = { at: 0, now: () => 0, monotonic: () => clock.at };
    const answer = new RunningAnswer(1, 7, 0, clock);
    clock.at = LEASE_MS - 1001;
    expect(answer.mayShow).toBe(true);
    clock.at = LEASE_MS - 1000;
    expect(answer.mayShow).toBe(false);
    const shownAgain = answer.changed(new AbortController().signal);
    answer.stored(0, clock.at + LEASE_MS);
    await shownAgain;
    expect(answer.mayShow).toBe(true);
  });

  it('is cut to its bytes between characters', () => {
    const clock = { now: () => 0, monotonic: () => 0 };
    const answer = new RunningAnswer(1, 7, 0, clock);
    answer.append('a🂡b');
    expect(answer.limitBytes(6)).toBe(false);
    expect(answer.limitBytes(4)).toBe(true);
    expect(answer.text).toBe('a');
  });

  it('wakes who waits for a change when the wait is given up', async () => {
    const answer = new RunningAnswer(1, 7, 0, { now: () => 0, monotonic: () => 0 });
    const waiting = new AbortController();
    const changed = answer.changed(waiting.signal);
    waiting.abort();
    await changed;
    expect(answer.text).toBe('');
  });
});

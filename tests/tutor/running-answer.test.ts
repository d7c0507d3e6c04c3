import { describe, expect, it } from '@jest/globals';
import { LEASE_MS, RunningAnswer } from '../../src/tutor/running-answer.js';

describe('a running answer', () => {
  it('is shown only while more than a second of its lease is left, and again once the lease is renewed', () => {
    const clock = { at: 0, now: () => 0, monotonic: () => clock.at };
    const answer = new RunningAnswer(1, 7, 0, clock);
    clock.at = LEASE_MS - 1001;
    expect(answer.mayShow).toBe(true);
    clock.at = LEASE_MS - 1000;
    expect(answer.mayShow).toBe(false);
    let told = 0;
    const forget = answer.onChange(() => told++);
    answer.renewed(clock.at + LEASE_MS);
    expect([answer.mayShow, told]).toEqual([true, 1]);
    forget();
    answer.append('Nobody listens.');
    expect(told).toBe(1);
  });

  it.each([
    ['fits', 7, 'a🂡b', false],
    ['ends within a character', 4, 'a', true],
    ['is full before the last piece', 1, 'a', true],
  ])('keeps to its bytes between characters, before anybody is told: %s', (_what, maxBytes, text, cut) => {
    const answer = new RunningAnswer(1, 7, 0, { now: () => 0, monotonic: () => 0 }, maxBytes);
    const shown: string[] = [];
    answer.onChange(() => shown.push(answer.text));
    for (const piece of ['a', '🂡b']) answer.append(piece);
    answer.append(cut ? 'more' : '');
    expect({ text: answer.text, cut: answer.cut, last: shown.at(-1) }).toEqual({ text, cut, last: text });
  });

  it('gives the text from any position on, and U+FFFD for half a pair that never became whole', () => {
    const answer = new RunningAnswer(1, 7, 0, { now: () => 0, monotonic: () => 0 });
    answer.append('one ');
    answer.append('two \ud83c');
    expect([answer.since(0), answer.since(4), answer.since(5)]).toEqual(['one two ', 'two ', 'wo ']);
    answer.finishText();
    expect([answer.text, answer.since(8)]).toEqual(['one two \ufffd', '\ufffd']);
  });

  it('tells who generates it when it is stopped, once, and for one reason', () => {
    const answer = new RunningAnswer(1, 7, 0, { now: () => 0, monotonic: () => 0 });
    let told = 0;
    answer.onStop(() => told++);
    answer.stop('cancelled');
    answer.stop('shutdown');
    expect([told, answer.stopReason]).toEqual([1, 'cancelled']);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ParsedCue } from '../../src/videos/captions.js';
import { languageTag } from '../../src/videos/language.policy.js';
import { joinParts, type Part, partsOf } from '../../src/videos/transcription/join-parts.policy.js';

const PART_MS = 60_000;
const OVERLAP_MS = 10_000;

const textOf = (cues: readonly ParsedCue[]) => cues.map(({ text }) => text).join(' ');

/** A word of a lecture and when it is spoken. */
interface Spoken {
  word: string;
  startMs: number;
  endMs: number;
}

/** What a model hears of a lecture between two moments, in sentences that end where it thinks so. */
function heard(words: readonly Spoken[], part: { startMs: number; endMs: number }, lengths: number[]): ParsedCue[] {
  const within = words.filter(({ startMs, endMs }) => startMs >= part.startMs && endMs <= part.endMs);
  const cues: ParsedCue[] = [];
  for (let from = 0, turn = 0; from < within.length; turn++) {
    const sentence = within.slice(from, from + (lengths[turn % lengths.length] ?? 1));
    from += sentence.length;
    const [first, last] = [sentence[0] as Spoken, sentence.at(-1) as Spoken];
    cues.push({ startMs: first.startMs, endMs: last.endMs, text: sentence.map(({ word }) => word).join(' ') });
  }
  return cues;
}

/** Words one after another, each half a second at most, with pauses. */
const lecture = fc.array(
  fc.record({ ms: fc.integer({ min: 150, max: 500 }), pauseMs: fc.integer({ min: 0, max: 900 }) }),
  {
    minLength: 100,
    maxLength: 400,
  },
);

describe('parts of a video', () => {
  it('cover it whole, and each begins before the last one ends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000 }), (lengthMs) => {
        const parts = partsOf(lengthMs, PART_MS, OVERLAP_MS);
        expect(parts[0]?.startMs).toBe(0);
        expect(parts.at(-1)?.endMs).toBe(lengthMs);
        for (const [index, part] of parts.entries()) {
          expect(part.endMs - part.startMs).toBeLessThanOrEqual(PART_MS);
          const next = parts[index + 1];
          if (next) expect(part.endMs - next.startMs).toBe(OVERLAP_MS);
        }
      }),
    );
  });

  it('are joined without a word lost or doubled, wherever each hearing ends its sentences', () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(lecture, lengths, lengths, (spoken, odd, even) => {
        let at = 0;
        const words = spoken.map(({ ms, pauseMs }, index) => {
          const startMs = at + pauseMs;
          at = startMs + ms;
          return { word: `w${index}`, startMs, endMs: at };
        });
        const parts = partsOf(at, PART_MS, OVERLAP_MS).map((part, index) => ({
          ...part,
          cues: heard(words, part, index % 2 ? odd : even),
        }));
        const joined = joinParts(parts);
        expect(textOf(joined)).toBe(words.map(({ word }) => word).join(' '));
        for (const { startMs, endMs } of joined) expect(endMs).toBeGreaterThanOrEqual(startMs);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it('are joined at a pause that both have heard, though they time it a little differently', () => {
    const parts: Part[] = [
      {
        startMs: 0,
        endMs: 60_000,
        cues: [
          { startMs: 48_000, endMs: 54_000, text: 'The first sentence.' },
          { startMs: 54_800, endMs: 58_000, text: 'The second one, a bit wrong' },
        ],
      },
      {
        startMs: 50_000,
        endMs: 110_000,
        cues: [
          { startMs: 50_000, endMs: 54_150, text: 'sentence.' },
          { startMs: 54_900, endMs: 58_100, text: 'The second one, heard well.' },
        ],
      },
    ];
    expect(joinParts(parts).map(({ text }) => text)).toEqual(['The first sentence.', 'The second one, heard well.']);
  });

  it('are joined within a sentence without repeating it, also in a script without spaces', () => {
    const sentence = (before: string, after: string): Part[] => [
      { startMs: 0, endMs: 60_000, cues: [{ startMs: 48_000, endMs: 56_000, text: before }] },
      { startMs: 50_000, endMs: 110_000, cues: [{ startMs: 50_000, endMs: 62_000, text: after }] },
    ];
    expect(textOf(joinParts(sentence('So we divide, and then', 'divide and then we conquer.')))).toBe(
      'So we divide, and then we conquer.',
    );
    expect(textOf(joinParts(sentence('そして分割する', '分割すると勝つ'))).replace(' ', '')).toBe(
      'そして分割すると勝つ',
    );
  });

  it('keep a part in which nothing is said', () => {
    const cue = { startMs: 1000, endMs: 2000, text: 'Words.' };
    const silent = { startMs: 50_000, endMs: 110_000, cues: [] };
    expect(joinParts([{ startMs: 0, endMs: 60_000, cues: [cue] }, silent])).toEqual([cue]);
    expect(joinParts([silent])).toEqual([]);
  });
});

describe('a language that a model names', () => {
  it.each([
    ['english', 'en'],
    ['Indonesian', 'id'],
    ['pt-br', 'pt-BR'],
    ['eng', 'en'],
    ['yue', 'yue'],
    ['', null],
    ['a language of nobody', null],
    [null, null],
  ])('%s is %s', (name, tag) => {
    expect(languageTag(name)).toBe(tag);
  });
});

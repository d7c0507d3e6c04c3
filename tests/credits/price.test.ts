import { describe, expect, it } from '@jest/globals';
import { holdFor, priceOf } from '../../src/credits/price.policy.js';

describe('the price of an answer', () => {
  it.each([
    // input and output in credits per 1,000 tokens, tokens in, tokens out, credits
    [1, 4, 0, 0, 0],
    [1, 4, 1, 0, 1],
    [1, 4, 1000, 0, 1],
    [1, 4, 1001, 0, 2],
    [1, 4, 0, 250, 1],
    [1, 4, 0, 251, 2],
    [1, 4, 500, 20, 1],
    [1, 4, 500, 125, 1],
    [1, 4, 500, 126, 2],
    [0, 4, 1_000_000, 250, 1],
    [1, 0, 1000, 1_000_000, 1],
    [0.15, 0.6, 10_000, 2500, 3],
    [0.15, 0.6, 10_000, 2501, 4],
    [0.5, 0.5, 1, 1, 1],
    [1_000_000, 1_000_000, 1, 1, 2000],
  ])(
    'of %d in and %d out for %d and %d tokens is rounded up once, to %d',
    (input, output, tokensIn, tokensOut, credits) => {
      expect(priceOf({ input, output }, tokensIn, tokensOut)).toBeCloseTo(credits, 12);
    },
  );

  it.each([
    // 100,000 * 0.07 is 7,000.000000000001, and 100,000 * 0.14 is 14,000.000000000002.
    [0.07, 0, 100_000, 0, 7],
    [0, 0.14, 0, 100_000, 14],
  ])(
    'of %d and %d for %d and %d tokens takes no credit for the noise of decimals',
    (input, output, tokensIn, tokensOut, credits) => {
      expect(priceOf({ input, output }, tokensIn, tokensOut)).toBe(credits);
    },
  );

  it('is nothing where the price is 0', () => {
    // toBeCloseTo and not toBe: -0 is nothing too.
    expect(priceOf({ input: 0, output: 0 }, 1_000_000, 1_000_000)).toBeCloseTo(0, 12);
    expect(holdFor({ input: 0, output: 0 }, 6000, 800)).toBeCloseTo(0, 12);
  });
});

describe('the hold of an ask', () => {
  it.each([
    // 20 % more than the counted prompt, and all the tokens that the answer may have.
    [1, 4, 1000, 800, 5],
    [1, 0, 1000, 800, 2],
    [1, 0, 5000, 800, 6],
    [1, 0, 5001, 800, 7],
    [0, 4, 6000, 250, 1],
    [1, 4, 6000, 800, 11],
    [1000, 0, 1, 0, 2],
  ])(
    'at %d in and %d out for a prompt of %d tokens and at most %d in answer is %d',
    (input, output, prompt, most, credits) => {
      expect(holdFor({ input, output }, prompt, most)).toBe(credits);
    },
  );

  it('covers an answer whose provider counts a fifth more tokens than we do', () => {
    for (const tokens of [1, 7, 99, 1234, 6000]) {
      const price = { input: 0.3, output: 1.7 };
      expect(holdFor(price, tokens, 800)).toBeGreaterThanOrEqual(priceOf(price, tokens * 1.2, 800));
    }
  });
});

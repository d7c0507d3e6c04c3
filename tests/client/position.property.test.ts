import { describe, expect, it } from '@jest/globals';
import { TextPosition } from '@lectern/client';
import fc from 'fast-check';

interface Sending {
  /** Whether the server is told how far the reader is. */
  resumes: boolean;
  text: string;
  /** How much of what a sending has to give is given before it is lost, and where it is cut into pieces. */
  sendings: { given: number; cuts: number[] }[];
  hasOffsets: boolean;
}

const scripts: fc.Arbitrary<Sending> = fc.record({
  resumes: fc.boolean(),
  hasOffsets: fc.boolean(),
  text: fc.string({ maxLength: 40 }),
  sendings: fc.array(fc.record({ given: fc.nat(40), cuts: fc.array(fc.nat(40), { maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
});

describe('a position in a text', () => {
  it('gives each part once and in order, however often it is lost and however it is cut', () => {
    fc.assert(
      fc.property(scripts, ({ resumes, hasOffsets, text, sendings }) => {
        const position = new TextPosition({}, 'events', resumes ? 'after' : null);
        let read = '';
        for (const [at, { given, cuts }] of sendings.entries()) {
          const { after = 0 } = position.variables() as { after?: number };
          const end = at === sendings.length - 1 ? text.length : Math.min(text.length, after + given);
          const borders = [...new Set([after, ...cuts.filter((cut) => cut > after && cut < end), end])].sort(
            (a, b) => a - b,
          );
          for (const [index, border] of borders.entries()) {
            const until = borders[index + 1];
            if (until === undefined) break;
            const event = { text: text.slice(border, until), ...(hasOffsets && { offset: border }) };
            const news = position.accept({ data: { events: event } })?.data?.events as typeof event | undefined;
            if (!news) continue;
            if (hasOffsets) expect(news.offset).toBe(read.length);
            read += news.text;
          }
          expect(position.ended).toBe(false);
        }
        expect(read).toBe(text);
      }),
    );
  });

  it('begins where the reader says, and ends with the event that has no text', () => {
    const position = new TextPosition({ after: 4, chatId: '1' }, 'tutorTokens', 'after');
    expect(position.variables()).toEqual({ after: 4, chatId: '1' });
    expect(position.accept({ data: { tutorTokens: { offset: 4, text: 'two' } } })).not.toBeNull();
    expect(position.variables()).toEqual({ after: 7, chatId: '1' });
    expect(position.accept({ data: { tutorTokens: { chat: { response: 'One two' } } } })).not.toBeNull();
    expect(position.ended).toBe(true);
  });
});

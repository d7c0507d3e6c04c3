import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStreamReader } from '../../src/tutor/event-stream.js';

/** The data of all events, read in these pieces. */
function read(...pieces: string[]): string[] {
  const events: string[] = [];
  const reader = new EventStreamReader((data) => events.push(data));
  for (const piece of pieces) reader.read(piece);
  return events;
}

describe('a stream of server-sent events', () => {
  it.each([
    ['an event', 'data: one\n\n', ['one']],
    ['events without a space after the colon', 'data:one\n\ndata:  two\n\n', ['one', ' two']],
    ['an event of several lines', 'data: one\ndata\ndata: two\n\n', ['one\n\ntwo']],
    ['an event without data', 'data\n\nevent: ping\nid: 7\n\n', ['']],
    ['names, numbers, comments and unknown fields', ': hello\nevent: x\nid: 1\ndatum: no\ndata: one\n\n', ['one']],
    ['nothing of an event that has not ended', 'data: one\n\ndata: two\n', ['one']],
    ['a byte order mark', '\uFEFFdata: one\n\n', ['one']],
    ['a mark within the text as text', 'data: \uFEFF\n\n', ['\uFEFF']],
    ['lines that end in CR', 'data: one\r\rdata: two\r\r\n', ['one', 'two']],
    ['lines that end in CR LF', 'data: one\r\n\r\ndata: two\r\n\r\n', ['one', 'two']],
  ])('gives %s', (_what, text, events) => {
    expect(read(text)).toEqual(events);
    expect(read(...text)).toEqual(events);
  });

  it('gives the same wherever it is cut, and whatever its lines end in', () => {
    const line = fc.oneof(
      fc.constantFrom('', ': comment', 'event: x', 'data', 'data: ', 'data:[DONE]'),
      fc.string().map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
    );
    const end = fc.constantFrom('\n', '\r\n', '\r');
    const property = fc.property(fc.array(line), end, fc.array(fc.nat()), (lines, lineEnd, cuts) => {
      const text = lines.map((each) => each + lineEnd).join('');
      const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
      const pieces = at.slice(1).map((to, index) => text.slice(at[index], to));
      const expected = read(lines.map((each) => `${each}\n`).join(''));
      // A last CR may be half of a line's end: only what follows tells.
      expect(read(...pieces, ':')).toEqual(expected);
    });
    fc.assert(property);
  });

  it('gives up on a line without end', () => {
    expect(() => read('data: ', ...Array.from({ length: 11 }, () => 'x'.repeat(100_000)))).toThrow(RangeError);
  });
});

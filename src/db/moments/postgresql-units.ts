import { createHash } from 'node:crypto';
import { unitsOf } from '../../videos/moments/units.js';

/** What a `tsvector` can hold: the bytes of a lexeme, the highest position, and all lexemes together (1 MB). */
const MOST_LEXEME_BYTES = 2046;
const LAST_POSITION = 16_383;
const MOST_VECTOR_BYTES = 900_000;

/** A unit as a lexeme, quoted. Units hold letters, digits and marks alone: none of them ends the quotation. */
export function lexemeOf(unit: string): string {
  if (unit.length * 3 <= MOST_LEXEME_BYTES || Buffer.byteLength(unit) <= MOST_LEXEME_BYTES) return `'${unit}'`;
  return `'${createHash('sha256').update(unit).digest('hex')}'`;
}

/**
 * What the index holds of a text, as `tsvector` reads it: its units, each with its places. In a cue of more than 16,383
 * units the rest is found by word and in no phrase, and beyond a megabyte not at all.
 */
export function indexedUnits(text: string): string {
  const places = new Map<string, number[]>();
  let bytes = 0;
  for (const [index, { unit }] of unitsOf(text).entries()) {
    const lexeme = lexemeOf(unit);
    let known = places.get(lexeme);
    if (!known) {
      bytes += Buffer.byteLength(lexeme);
      if (bytes > MOST_VECTOR_BYTES) break;
      known = [];
      places.set(lexeme, known);
    }
    if (index < LAST_POSITION) known.push(index + 1);
  }
  return Array.from(places, ([lexeme, at]) => (at.length > 0 ? `${lexeme}:${at.join(',')}` : lexeme)).join(' ');
}

import { fold } from '../../shared/fold.js';

/** What is compared when words are searched: a folded word, or a letter of a script that writes no spaces. */
export interface Unit {
  unit: string;
  /** Where it stands in the text, in UTF-16 code units. */
  from: number;
  to: number;
}

/**
 * The units of a text, in order. Texts are indexed and searched by them, and marked by their places, so that the three
 * always agree. Chinese, Japanese, Thai, Lao, Khmer and Burmese go by letter: where their words end only a dictionary
 * knows, most of them have two letters, and what was searched for is found within a longer word too.
 */
export function unitsOf(text: string): Unit[] {
  if (ASCII.test(text)) {
    return Array.from(text.toLowerCase().matchAll(ASCII_WORD), ({ 0: unit, index: from }) => ({
      unit,
      from,
      to: from + unit.length,
    }));
  }
  const units: Unit[] = [];
  for (const { 0: word, index } of text.matchAll(PIECE)) {
    const to = index + word.length;
    for (const [folded] of fold(word).matchAll(WORD)) {
      const letters = UNSPACED.test(word) ? [...folded] : [folded];
      for (const unit of letters) units.push({ unit, from: index, to });
    }
  }
  return units;
}

/** What the index holds of a text: its units, parted by spaces. */
export function indexedText(text: string): string {
  if (ASCII.test(text)) return (text.toLowerCase().match(ASCII_WORD) ?? []).join(' ');
  return unitsOf(text)
    .map(({ unit }) => unit)
    .join(' ');
}

const ASCII = /^\p{ASCII}*$/u;
const ASCII_WORD = /[a-z0-9]+/g;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const SCRIPTS = ['Han', 'Hira', 'Kana', 'Bopo', 'Thai', 'Laoo', 'Khmr', 'Mymr']
  .map((name) => `\\p{scx=${name}}`)
  .join('');
/** Signs of those scripts that are no letters, such as 、 and the voiced mark, are parts of no word. */
const UNSPACED_LETTER = `(?=[${SCRIPTS}])\\p{L}\\p{M}*`;
const UNSPACED = new RegExp(`^${UNSPACED_LETTER}`, 'u');
/** A letter of such a script with its marks, or a run of other letters, digits and marks. */
const PIECE = new RegExp(`${UNSPACED_LETTER}|(?:(?!${UNSPACED_LETTER})[\\p{L}\\p{N}\\p{M}])+`, 'gu');

import { badInput } from '../../shared/coded-error.js';
import { unitsOf } from './units.js';

/** Units that must stand side by side, in this order. A word is a phrase of one; the last may be a word's beginning. */
export interface Phrase {
  units: readonly string[];
  prefix: boolean;
}

/** The shortest beginning of a word that can be searched: one letter begins a tenth of all words. */
const SHORTEST_PREFIX = 2;
const MOST_CHARACTERS = 200;

/**
 * The phrases that a moment must hold, all of them: `merge sort`, `"merge sort"`, `quick*`. Nothing else has a meaning,
 * so that whatever is typed is searched for and no operator of a database can be written. Empty when there is no word.
 * @throws BAD_USER_INPUT on `query` of more than 200 characters, or with a single letter before the `*`
 */
export function readMomentQuery(query: string): Phrase[] {
  if (query.length > MOST_CHARACTERS) throw badInput('query', `Search for at most ${MOST_CHARACTERS} characters.`);
  const phrases = new Map<string, Phrase>();
  for (const [, quoted, bare] of query.matchAll(QUOTED_OR_BARE)) {
    const text = quoted ?? bare ?? '';
    const phrase = { units: unitsOf(text).map(({ unit }) => unit), prefix: PREFIX.test(text) };
    if (phrase.units.length > 0) phrases.set(`${phrase.units.join(' ')}${phrase.prefix ? '*' : ''}`, phrase);
  }
  const found = [...phrases.values()];
  if (found.some(isTooShort)) {
    throw badInput('query', `Write at least ${SHORTEST_PREFIX} letters of a word before the *.`);
  }
  return found;
}

function isTooShort({ units, prefix }: Phrase): boolean {
  return prefix && (units.at(-1) ?? '').length < SHORTEST_PREFIX && ONE_OF_MANY.test(units.at(-1) ?? '');
}

/** A quotation mark that is never closed quotes the rest. */
const QUOTED_OR_BARE = /["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+)/gu;
/** The star follows its word; between or before words it means nothing. */
const PREFIX = /[\p{L}\p{N}\p{M}]\*$/u;
/** Of the scripts that go by letter a letter is a whole unit: the star changes nothing. */
const ONE_OF_MANY = /^[\p{sc=Latn}\p{sc=Cyrl}\p{sc=Grek}\p{sc=Arab}\p{sc=Hebr}\p{N}]/u;

import { stopwords as arabic } from '@orama/stopwords/arabic';
import { stopwords as danish } from '@orama/stopwords/danish';
import { stopwords as dutch } from '@orama/stopwords/dutch';
import { stopwords as english } from '@orama/stopwords/english';
import { stopwords as finnish } from '@orama/stopwords/finnish';
import { stopwords as french } from '@orama/stopwords/french';
import { stopwords as german } from '@orama/stopwords/german';
import { stopwords as greek } from '@orama/stopwords/greek';
import { stopwords as hungarian } from '@orama/stopwords/hungarian';
import { stopwords as hindi } from '@orama/stopwords/indian';
import { stopwords as indonesian } from '@orama/stopwords/indonesian';
import { stopwords as italian } from '@orama/stopwords/italian';
import { stopwords as japanese } from '@orama/stopwords/japanese';
import { stopwords as mandarin } from '@orama/stopwords/mandarin';
import { stopwords as norwegian } from '@orama/stopwords/norwegian';
import { stopwords as portuguese } from '@orama/stopwords/portuguese';
import { stopwords as romanian } from '@orama/stopwords/romanian';
import { stopwords as russian } from '@orama/stopwords/russian';
import { stopwords as spanish } from '@orama/stopwords/spanish';
import { stopwords as swedish } from '@orama/stopwords/swedish';
import { stopwords as turkish } from '@orama/stopwords/turkish';
import { stopwords as ukrainian } from '@orama/stopwords/ukrainian';
import { LRUCache } from 'lru-cache';
import { fold } from './fold.js';

/** The words of a text in order, folded. Scripts without spaces (Japanese, Chinese, Thai) are cut by dictionary. */
export function words(text: string): string[] {
  // Letters that are all of one alphabet need no segmenter, which takes twenty times as long.
  if (ASCII.test(text)) return text.toLowerCase().match(ASCII_WORD) ?? [];
  if (LATIN.test(text)) return fold(text).match(WORD) ?? [];
  const found: string[] = [];
  for (const { segment, isWordLike } of wordSegmenter.segment(text)) {
    // "l'énergie", "car's", "3.14" and "end.Next" are one segment each: their parts are what two speakers share.
    if (isWordLike) for (const [word] of fold(segment).matchAll(WORD)) found.push(word);
  }
  return found;
}

/** The folded words that carry meaning: no stop words of that language (BCP 47) and no single letters, but digits. */
export function contentWords(text: string, language: string | null): Set<string> {
  const stops = stopWords(language ?? '');
  return new Set(words(text).filter((word) => !stops.has(word) && !SINGLE_LETTER.test(word)));
}

/**
 * A folded word without its plural: Harman's S-stemmer ("How effective is suffixing?", 1991), and Indonesian "-nya".
 * Snowball was refused: on a real lecture it let a quarter more marks at wrong moments through and saved no true one.
 */
export function singular(word: string): string {
  if (word.length > 6 && word.endsWith('nya')) return word.slice(0, -3);
  if (word.length < 4 || !/[^us]s$/.test(word) || /[aeo]es$/.test(word)) return word;
  return /[^ae]ies$/.test(word) ? `${word.slice(0, -3)}y` : word.slice(0, -1);
}

/** What a text puts in quotation marks, as phrases. An apostrophe within a word is none, and none spans two lines. */
export function quotedPhrases(text: string): string[] {
  return Array.from(text.matchAll(QUOTATION), ([quotation]) => phrase(words(quotation))).filter(Boolean);
}

/** A text cut into sentences, with the spaces that follow each. A line break ends one, a full stop in a quotation none. */
export function sentences(text: string): string[] {
  const shape = text
    .replace(QUOTATION, (quotation) => quotation.slice(0, -2).replace(FULL_STOPS, ',') + quotation.slice(-2))
    .replace(/[*_`]/g, ')') // emphasis then closes a sentence like a bracket and stays with it
    .replace(/^([ \t>)]*\d+)\./gm, '$1,'); // the number of a list's item is no sentence
  return Array.from(sentenceSegmenter.segment(shape), ({ index, segment }) =>
    text.slice(index, index + segment.length),
  );
}

/** Words in a row, each between two spaces: a phrase stands in a longer one if that includes it. */
export function phrase(spoken: readonly string[]): string {
  // Without spaces, where words end depends on what stands around them: such scripts go by letter.
  const units = spoken.flatMap((word) => (UNSPACED.test(word) ? [...word] : word));
  return units.map((unit) => ` ${unit} `).join('');
}

/** The folded stop words of a language (BCP 47); empty for a language without a list. */
export function stopWords(language: string): ReadonlySet<string> {
  return stopWordsOf(primaryLanguage(language));
}

/** @param primary what `primaryLanguage` says of a language */
export function stopWordsOf(primary: string): ReadonlySet<string> {
  const known = stopWordSets.get(primary);
  if (known) return known;
  const listed = STOP_WORDS.get(primary);
  if (!listed) return NO_WORDS;
  const [list, missing] = listed;
  const set = new Set([...list, ...(missing?.split(' ') ?? [])].flatMap((entry) => [fold(entry), ...words(entry)]));
  stopWordSets.set(primary, set);
  return set;
}

/** The primary subtag of a BCP 47 tag, in its current and shortest form: "pt-BR" is "pt", "ind" and "in" are "id". */
export function primaryLanguage(tag: string): string {
  const known = primaryLanguages.get(tag);
  if (known !== undefined) return known;
  const primary = readPrimaryLanguage(tag);
  primaryLanguages.set(tag, primary);
  return primary;
}

const primaryLanguages = new LRUCache<string, string>({ max: 500 });

function readPrimaryLanguage(tag: string): string {
  try {
    const { language } = new Intl.Locale(tag);
    return language === 'nb' || language === 'nn' ? 'no' : language;
  } catch {
    return tag.toLowerCase();
  }
}

const wordSegmenter = new Intl.Segmenter('en', { granularity: 'word' });
const sentenceSegmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;
/** Latin letters, and the signs and pictures that stand between them. Raised figures are left to the segmenter. */
const LATIN =
  /^[\0-\x7f\xa0\xa1\xab\xbb\xbf\xc0-\xd6\xd8-\xf6\xf8-\u0132\u0134-\u013e\u0141-\u0148\u014a-\u017e\u2010-\u2015\u2018-\u201e\u2022\u2026\u20ac\p{Emoji_Presentation}]*$/u;
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const SINGLE_LETTER = /^(?!\p{Script=Han})\p{L}$/u;
const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Mymr}]/u;
const FULL_STOPS = /[.!?…。！？]/g;
/** The scripts that write apostrophes; in the others a quotation may touch the letters around it. */
const LETTERS = String.raw`\p{sc=Latn}\p{sc=Cyrl}`;
/** Each form stops at its own opening mark, so that a text of nothing but opening marks takes linear time. */
const QUOTATION = new RegExp(
  [
    String.raw`(?<!\d)"[^"\n]*"`, // after a digit it is the sign of inches
    '[“”][^“”\n]*”|„[^„“”\n]*[“”]|«[^«»\n]*»|»[^«»\n]*«|‹[^‹›\n]*›|「[^「」\n]*」|『[^『』\n]*』',
    String.raw`[‘‚](?:[^‘’‚\n]|(?<=[${LETTERS}])’(?=[${LETTERS}]))*[‘’](?![${LETTERS}])`,
    String.raw`(?<![${LETTERS}\d])'(?![\s\d])(?:[^'\n]|(?<=[${LETTERS}])'(?=[${LETTERS}]))+(?<!\s)'(?![${LETTERS}\d])`,
  ].join('|'),
  'gu',
);

const NO_WORDS: ReadonlySet<string> = new Set();
const stopWordSets = new Map<string, ReadonlySet<string>>();

/** Per language the list of the package, then what it leaves out, mostly words that begin a question. */
const STOP_WORDS = new Map<string, [list: string[], missing?: string]>([
  ['ar', [arabic, 'لماذا']],
  ['da', [danish, 'hvorfor hvordan hvem hvornår']],
  ['de', [german, 'warum wieso weshalb wer wen wem wann woher wohin']],
  ['el', [greek, 'γιατί πώς τι ποιος πού πότε']],
  ['en', [english, 'a']],
  ['es', [spanish]],
  ['fi', [finnish, 'miten milloin']],
  ['fr', [french, 'pourquoi comment quand où quoi combien']],
  ['hi', [hindi]],
  ['hu', [hungarian]],
  ['id', [indonesian]],
  ['it', [italian, 'quando cosa']],
  ['ja', [japanese, 'なぜ どう 誰 いつ どれ どんな どうして']],
  ['nl', [dutch, 'waarom wanneer waar welke']],
  ['no', [norwegian]],
  ['pt', [portuguese, 'é porquê porque onde quanto']],
  ['ro', [romanian]],
  ['ru', [russian, 'почему сколько']],
  ['sv', [swedish]],
  ['tr', [turkish]],
  ['uk', [ukrainian, 'чому де хто який скільки']],
  ['zh', [mandarin]],
]);

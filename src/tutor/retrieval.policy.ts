import { contentWords, singular, stopWords, words } from '../shared/words.js';
import type { CueFields } from '../videos/transcript.queries.js';
import type { Form, SpokenWords } from './spoken-words.js';

/** What cues are wanted for. */
export interface Asked {
  question: string;
  /** Primary language subtag; null when it cannot be told. */
  questionLanguage: string | null;
  /** The question before it, by the same viewer on the same lesson. */
  earlierQuestion: string | null;
  atMs: number | null;
}

/** What is on the screen: cues so far before and after the moment are wanted, whatever they say. */
const BEFORE_MS = 75_000;
const AFTER_MS = 50_000;
/** A cue this far before or after the moment is wanted 1/e as much: what was asked about was mostly just said. */
const FADES_BEFORE_MS = 40_000;
const FADES_AFTER_MS = 25_000;
/** The moment itself is wanted this much more than the best match elsewhere. */
const MOMENT = 2;
/** Stop words of the question: "hard to say" tells two passages apart, but brings none in by itself. */
const FAINT = 0.5;
/** Words of the question before: a follow-up leaves out what it is about. */
const EARLIER = 0.6;
/** Words that the best cues have in common. */
const FEEDBACK = 0.3;
const FEEDBACK_CUES = 15;
const FEEDBACK_WORDS = 10;
/** Without a moment and without a match, the beginning says at least what the lecture is about. */
const OPENING_MS = 90_000;

/** A word to look for, in all the forms that it is said in. */
interface Term {
  weight: number;
  forms: readonly Form[];
}

/**
 * The positions of the cues that an answer may need, at most so many, the most wanted first: those around the moment,
 * and those around which the words of the question are said, or words that are often said with them. No others.
 */
export function rankCues(said: SpokenWords, asked: Asked, most: number): number[] {
  const { terms, faint } = termsOf(said, asked);
  const moment = Float64Array.from(said.cues, (cue) => nearness(cue, asked.atMs));
  const heard = scoreOf(said, faint);
  const asIs = scoreOf(said, terms);
  const more = scoreOf(said, feedback(said, terms, wantOf(asIs, heard, moment)));
  const score = asIs.map((each, at) => each + (more[at] ?? 0));
  const want = wantOf(score, heard, moment);
  const wanted = mostWanted(want, most);
  return wanted.length > 0 ? wanted : opening(said).slice(0, most);
}

/**
 * The words of the question that the lesson does not say, when those are most of them: then it holds nothing, and the
 * course's other lessons may. Empty otherwise.
 * @param said null when the lesson has no transcript
 */
export function unsaidWords(said: SpokenWords | null, { question, questionLanguage }: Asked): string[] {
  const stops = stopWords(said?.language ?? '');
  const content = [...contentWords(question, questionLanguage ?? said?.language ?? null)];
  const sought = content.filter((word) => !stops.has(word)).slice(0, MOST_WORDS);
  const unsaid = sought.filter((word) => !said?.formsOf(singular(word)).some(({ likeness }) => likeness >= SAME_WORD));
  return unsaid.length * 2 > sought.length ? unsaid : [];
}

function termsOf(said: SpokenWords, { question, questionLanguage, earlierQuestion }: Asked) {
  const stops = stopWords(said.language);
  const contentOf = (text: string) =>
    [...contentWords(text, questionLanguage ?? said.language)].filter((word) => !stops.has(word));
  const content = new Set(contentOf(question));
  const earlier = contentOf(earlierQuestion ?? '').filter((word) => !content.has(word));
  const others = words(question).filter((word) => !content.has(word));
  const terms = (all: Iterable<string>, weight: number): Term[] =>
    [...new Set([...all].map(singular))]
      .slice(0, MOST_WORDS)
      .map((word) => ({ weight, forms: said.formsOf(word) }))
      .filter(({ forms }) => forms.length > 0);
  return { terms: [...terms(content, 1), ...terms(earlier, EARLIER)], faint: terms(others, FAINT) };
}

/** By position: the sum over the terms, each by its weight and rarity, and the less for each further utterance. */
function scoreOf(said: SpokenWords, terms: readonly Term[]): Float64Array {
  const score = new Float64Array(said.cues.length);
  for (const { weight, forms } of terms) {
    const around = said.around(forms);
    const most = weight * said.rarity(forms);
    for (let at = 0; at < score.length; at++) {
      const spoken = around[at] ?? 0;
      if (spoken >= HEARD) score[at] = (score[at] ?? 0) + (most * spoken) / (spoken + 1);
    }
  }
  return score;
}

/** By position: the score as a share of the best one, faint words where others are said, and more near the moment. */
function wantOf(score: Float64Array, heard: Float64Array, moment: Float64Array): Float64Array {
  const sum = score.map((each, at) => (each > 0 ? each + (heard[at] ?? 0) : 0));
  const best = sum.reduce((most, each) => Math.max(most, each), 0) || 1;
  return sum.map((each, at) => each / best + MOMENT * (moment[at] ?? 0));
}

/** The positions of the highest values above 0, the highest first. */
function mostWanted(want: Float64Array, most: number): number[] {
  // Numbers sort ten times as fast as positions by their numbers: of 20,000 only those that will be used are.
  const least = want.length > most ? (want.toSorted()[want.length - most] ?? 0) : 0;
  const positions: number[] = [];
  for (let at = 0; at < want.length; at++) if ((want[at] ?? 0) > 0 && (want[at] ?? 0) >= least) positions.push(at);
  return positions.sort((a, b) => (want[b] ?? 0) - (want[a] ?? 0) || a - b).slice(0, most);
}

function opening({ cues }: SpokenWords): number[] {
  return [...cues.keys()].filter((position) => (cues[position]?.startMs ?? 0) < OPENING_MS);
}

/**
 * Pseudo-relevance feedback: the words that the best cues have in common and the rest of the lecture has not. Taken from
 * at most a tenth of the cues: in a lecture of a minute everything has something in common.
 */
function feedback(said: SpokenWords, terms: readonly Term[], want: Float64Array): Term[] {
  const known = new Set(terms.flatMap(({ forms }) => forms.filter(isSame).map(({ word }) => word)));
  const best = mostWanted(want, Math.min(FEEDBACK_CUES, Math.floor(said.cues.length / 10)));
  const common = new Map<string, { times: number; want: number }>();
  for (const position of best) {
    for (const word of said.contentAt(position)) {
      if (known.has(word)) continue;
      const { times, want: sum } = common.get(word) ?? { times: 0, want: 0 };
      common.set(word, { times: times + 1, want: sum + (want[position] ?? 0) });
    }
  }
  const found = [...common]
    .filter(([, { times }]) => times > 1)
    .map(([word, { want }]) => ({
      word,
      value: want * Math.log(said.cues.length / (said.places.get(word)?.length ?? 1)),
    }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value)
    .slice(0, FEEDBACK_WORDS);
  return found.map(({ word, value }) => ({
    weight: (FEEDBACK * value) / (found[0]?.value ?? value),
    forms: [{ word, likeness: 1 }],
  }));
}

function isSame({ likeness }: Form): boolean {
  return likeness === 1;
}

/** 1 at the moment, 0 outside of its window. */
function nearness({ startMs, endMs }: CueFields, atMs: number | null): number {
  if (atMs === null || startMs >= atMs + AFTER_MS || Math.max(endMs, startMs) <= atMs - BEFORE_MS) return 0;
  return startMs > atMs
    ? Math.exp((atMs - startMs) / FADES_AFTER_MS)
    : Math.exp(-Math.max(0, atMs - endMs) / FADES_BEFORE_MS);
}

/** Beyond some forty seconds a word no longer stands for what is said. */
const HEARD = 0.07;
/** From this likeness on a form is no other word: "pivots" and "pivot", not "gradual" and "gradient". */
const SAME_WORD = 0.6;
/** Of a long question the first words: each takes its share of a millisecond. */
const MOST_WORDS = 24;

import { formatVideoTime, parseVideoTime } from '../shared/video-time.js';
import { contentWords, phrase, primaryLanguage, quotedPhrases, sentences, singular, words } from '../shared/words.js';

/** A cue of the prompt, given once; `position` counts its transcript's cues, so that one left out between is noticed. */
export interface CitableCue {
  lessonId: number;
  language: string;
  startMs: number;
  endMs: number;
  text: string;
  position?: number;
}

export interface Citation {
  lessonId: number;
  timestamp: string;
  startSeconds: number;
  endSeconds: number;
  quote: string;
}

/** A moment that an answer names, and the place of its bracket. Without a lesson it is of the asked one. */
export interface Mark {
  lessonId: number | null;
  seconds: number;
  endSeconds: number | null;
  from: number;
  to: number;
}

/** The citations of an answer: marks that cues of the prompt support, in order, each second of a lesson once. */
export function verifyCitations(
  answer: string,
  facts: { lessonId: number; cues: readonly CitableCue[]; answerLanguage: string | null },
): Citation[] {
  const lessons = Map.groupBy(facts.cues, (cue) => cue.lessonId);
  for (const cues of lessons.values()) cues.sort((a, b) => a.startMs - b.startMs);
  const citations = new Map<string, Citation>();
  for (const { text, marks } of markedSentences(answer)) {
    const quoted = quotedPhrases(text);
    const moments = marks.map((mark) => momentOf(mark, lessons.get(mark.lessonId ?? facts.lessonId) ?? []));
    const sentence = new Set(words(text).map(singular));
    for (const moment of supported(moments, text, quoted, facts.answerLanguage)) {
      const citation = cite(moment, sentence, quoted);
      const key = `${citation?.lessonId} ${citation?.timestamp}`;
      if (citation && !citations.has(key)) citations.set(key, citation);
    }
  }
  return [...citations.values()];
}

/** All marks: `[12:40]`, `(1:02:03)`, `[12:40-12:55]`, `[L7 12:40]`, `[12:40, 13:05]`; a lesson holds to its bracket's end. */
export function findMarks(answer: string): Mark[] {
  const marks: Mark[] = [];
  for (const { 0: bracket, index: from } of answer.matchAll(BRACKET)) {
    const to = from + bracket.length;
    let lessonId: number | null = null;
    for (const [, lesson, begin = '', end = ''] of bracket.matchAll(new RegExp(POSITION, 'g'))) {
      lessonId = lesson ? Number(lesson) : lessonId;
      const seconds = parseVideoTime(begin);
      if (seconds !== null) marks.push({ lessonId, seconds, endSeconds: parseVideoTime(end), from, to });
    }
  }
  return marks;
}

/** The sentences that hold marks. Those are blank in `text`, so that one after a full stop ends the sentence before it. */
function* markedSentences(answer: string): Generator<{ text: string; marks: Mark[] }> {
  let [begin, left] = [0, MAX_MARKS];
  for (const text of sentences(answer.replace(BRACKET, (bracket) => ' '.repeat(bracket.length)))) {
    const marks = findMarks(answer.slice(begin, begin + text.length)).slice(0, left);
    if (marks.length > 0) yield { text, marks };
    begin += text.length;
    left -= marks.length;
  }
}

/** The moments that support their sentence: by its quotations, of which none is invented, else by its content words. */
function supported(moments: Moment[], text: string, quoted: string[], answerLanguage: string | null): Moment[] {
  if (quoted.length > 0) {
    const isSaid = (quotation: string) => moments.some((moment) => moment.said.includes(quotation));
    if (quoted.length > MAX_QUOTATIONS || !quoted.every(isSaid)) return [];
    return moments.filter((moment) => quoted.some((quotation) => moment.said.includes(quotation)));
  }
  const content = new Set(Array.from(contentWords(text, answerLanguage), singular));
  const language = answerLanguage && primaryLanguage(answerLanguage);
  return moments.filter(({ cues }) => {
    if (primaryLanguage(cues[0]?.language ?? 'und') !== language) return content.size > 0;
    return new Set(cues.flatMap((cue) => cue.words.filter((word) => content.has(word)))).size >= 2;
  });
}

/** Quotes the cue over the moment's second that is likest to the sentence, and neighbours that a quotation reaches into. */
function cite({ at, cues, said, begins }: Moment, sentence: Set<string>, quoted: string[]): Citation | null {
  const shared = (cue: SpokenCue) => cue.words.filter((word) => sentence.has(word)).length;
  const over = cues.filter((cue) => cue.startMs < at + 1000 && (cue.endMs > at || cue.startMs >= at));
  const [best] = over.toSorted((a, b) => shared(b) - shared(a));
  if (!best) return null;
  const placeOf = (letter: number) => begins.findLastIndex((begin) => begin <= letter);
  const places = [cues.indexOf(best)];
  const begin = begins[cues.indexOf(best)] ?? 0;
  for (const quotation of quoted) {
    const from = said.indexOf(quotation, begin - quotation.length + 1);
    if (from >= 0 && from < begin + best.phrase.length)
      places.push(placeOf(from), placeOf(from + quotation.length - 1));
  }
  const quote = cues.slice(Math.min(...places), Math.max(...places) + 1);
  const spoken = quote.map((cue) => cue.text).join(' ');
  return {
    lessonId: best.lessonId,
    timestamp: formatVideoTime(at / 1000),
    startSeconds: (quote[0] ?? best).startMs / 1000,
    endSeconds: Math.max(...quote.map((cue) => cue.endMs)) / 1000,
    quote: spoken.trim(),
  };
}

/** What was said within 15 s of a mark `at` milliseconds: the phrases of `cues` in a row, the n-th from `begins[n]` on. */
type Moment = { at: number; cues: SpokenCue[]; said: string; begins: number[] };
type SpokenCue = CitableCue & { phrase: string; words: string[] };

function momentOf({ seconds }: Mark, lesson: readonly CitableCue[]): Moment {
  const at = seconds * 1000;
  const isNear = ({ startMs, endMs }: CitableCue) =>
    startMs <= at + NEAR_MS && Math.max(startMs, endMs) >= at - NEAR_MS;
  const cues = lesson.filter(isNear).slice(0, MAX_CUES).map(spokenCue);
  let said = '';
  const begins = cues.map((cue, place) => {
    said += continues(cues[place - 1], cue) ? cue.phrase : `|${cue.phrase}`;
    return said.length - cue.phrase.length;
  });
  return { at, cues, said, begins };
}

/** Taken apart once for all marks near it: of a prompt's hundreds of cues, few are near one. */
function spokenCue(cue: CitableCue): SpokenCue {
  const known = spokenCues.get(cue);
  if (known) return known;
  const said = words(cue.text);
  const [text, endMs] = [cue.text.replaceAll('\n', ' '), Math.max(cue.startMs, cue.endMs)];
  const spoken = { ...cue, text, endMs, phrase: phrase(said), words: [...new Set(said.map(singular))] };
  spokenCues.set(cue, spoken);
  return spoken;
}

const spokenCues = new WeakMap<CitableCue, SpokenCue>();

/** Whether no cue was left out between the two: by position, else by a pause too short for one. */
function continues(cue: CitableCue | undefined, next: CitableCue): boolean {
  if (cue?.position !== undefined && next.position !== undefined) return next.position === cue.position + 1;
  return cue !== undefined && next.startMs - cue.endMs <= PAUSE_MS;
}

const [NEAR_MS, PAUSE_MS] = [15_000, 5_000];
/** Bounds for hostile answers and captions, far above real ones: 800 tokens hold 130 marks, half a minute 125 cues. */
const [MAX_MARKS, MAX_QUOTATIONS, MAX_CUES] = [300, 30, 150];
const POSITION = String.raw`(?:L(\d{1,9})\s+)?([\d:]+)(?:\s*[-\u2010-\u2015\u2212]\s*([\d:]+))?`;
const LIST = String.raw`\s*${POSITION}(?:\s*[,;]\s*${POSITION})*\s*`;
const BRACKET = new RegExp(String.raw`\[${LIST}\]|\(${LIST}\)`, 'g');

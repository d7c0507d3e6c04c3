import { formatVideoTime } from '../shared/video-time.js';
import { contentWords, singular, words } from '../shared/words.js';
import type { LanguageModel } from './language-model.js';
import type { Material, PassageCue } from './material.js';

const WORD_PAUSE_MS = 12;
const QUOTES_AT_MOMENT = 2;
const QUOTES_ELSEWHERE = 2;
const WORDS_PER_QUOTE = 30;
/** Some minutes of speech: it quotes four sentences, and reading all that matches a long lecture would take long. */
const MOST_CUES = 150;

/**
 * The tutor of an installation without a language model: it quotes the lecture's best matching moments and says that
 * this is all it does. It reads the same material and streams in the same way as a model.
 */
export const embeddedTutor: LanguageModel = {
  provider: 'embedded',
  name: 'extractive',
  priced: false,
  stream({ material }, { hear, end }) {
    hear({ type: 'accepted' });
    const words = extract(material).match(/\s*\S+\s*/g) ?? [];
    let said = 0;
    // Paced like a model, so that a front end built against it has met streaming.
    const timer = setInterval(() => {
      const text = words[said++];
      if (text !== undefined) return hear({ type: 'text', text });
      clearInterval(timer);
      hear({ type: 'finish', reason: 'stop' });
      end(null);
    }, WORD_PAUSE_MS);
    return () => clearInterval(timer);
  },
};

/** The answer: what the lecture says at the moment, and the best matches elsewhere in it. */
export function extract(material: Material): string {
  const say = PHRASES[material.questionLanguage ?? ''] ?? ENGLISH;
  const asked = new Set([...contentWords(material.question, material.transcriptLanguage)].map(singular));
  const cues = material.cues.filter(({ rank }) => rank < MOST_CUES);
  const passages = passagesOf(cues).map((passage) => ({ ...passage, score: score(passage, asked) }));
  const near = material.timestampSeconds === null ? [] : nearest(passages, material.timestampSeconds * 1000);
  const elsewhere = passages
    .filter((passage) => passage.score > 0 && !near.includes(passage))
    .sort((a, b) => b.score - a.score || a.startMs - b.startMs)
    .slice(0, QUOTES_ELSEWHERE);
  const parts = [say.whoIAm];
  if (near.length > 0)
    parts.push(say.atMoment(formatVideoTime(material.timestampSeconds ?? 0)), ...near.map((each) => quote(each)));
  if (elsewhere.length > 0)
    parts.push(near.length > 0 ? say.elsewhere : say.found, ...elsewhere.map((each) => quote(each)));
  if (near.length + elsewhere.length === 0) parts.push(say.nothing);
  else if (elsewhere.length === 0 && near.every(({ score }) => score === 0)) parts.push(say.noMatch);
  const others = quotesOfOthers(material, asked);
  if (others.length > 0) parts.push(say.otherLessons, ...others);
  return parts.join('\n\n');
}

/** The best of what other lessons say, each with its lesson's number and title. */
function quotesOfOthers({ otherLessons }: Material, asked: ReadonlySet<string>): string[] {
  return otherLessons
    .flatMap(({ lessonId, title, cues }) =>
      passagesOf(cues).map((passage) => ({ lessonId, title, passage, score: score(passage, asked) })),
    )
    .filter((other) => other.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, QUOTES_ELSEWHERE)
    .map(
      ({ lessonId, title, passage }) =>
        `${quote(passage, `L${lessonId} `)} – ${title.replace(/["“”„«»'‘’()[\]\s]+/g, ' ')}`,
    );
}

interface Passage {
  startMs: number;
  endMs: number;
  text: string;
}

/** Neighbouring cues joined to whole sentences where the transcript has any, else to some thirty words. */
function passagesOf(cues: readonly PassageCue[]): Passage[] {
  const passages: Passage[] = [];
  let previous: PassageCue | null = null;
  let closed = true;
  for (const cue of cues) {
    const last = passages.at(-1);
    const text = cue.text.replace(/\s+/g, ' ');
    if (last && !closed && previous && cue.position === previous.position + 1) {
      last.text += ` ${text}`;
      last.endMs = Math.max(last.endMs, cue.endMs);
    } else {
      passages.push({ startMs: cue.startMs, endMs: cue.endMs, text });
    }
    const current = passages.at(-1)?.text ?? '';
    closed = /[.!?。！？…]["”’)]?$/.test(current) || current.split(' ').length >= WORDS_PER_QUOTE;
    previous = cue;
  }
  return passages;
}

/** How many of the asked words a passage holds; a longer form of the same word counts. */
function score(passage: Passage, asked: ReadonlySet<string>): number {
  const said = [...new Set(words(passage.text).map(singular))];
  const holds = (word: string) => said.some((each) => each === word || (word.length >= 4 && each.startsWith(word)));
  return [...asked].filter(holds).length;
}

function nearest(passages: readonly (Passage & { score: number })[], atMs: number): (Passage & { score: number })[] {
  const distance = ({ startMs, endMs }: Passage) => Math.max(startMs - atMs, atMs - endMs, 0);
  return passages
    .filter((passage) => distance(passage) <= 30_000)
    .sort((a, b) => b.score - a.score || distance(a) - distance(b))
    .slice(0, QUOTES_AT_MOMENT)
    .sort((a, b) => a.startMs - b.startMs);
}

/** One line: the words as they stand in the transcript, and the moment that they begin at. */
function quote({ startMs, text }: Passage, lesson = ''): string {
  return `“${text.replace(/["“”„«»]/g, '')}” [${lesson}${formatVideoTime(startMs / 1000)}]`;
}

interface Phrases {
  whoIAm: string;
  atMoment(time: string): string;
  elsewhere: string;
  found: string;
  noMatch: string;
  nothing: string;
  otherLessons: string;
}

const ENGLISH: Phrases = {
  whoIAm: 'I am the extractive tutor: I quote the lecture’s own words and do not reason about them.',
  atMoment: (time) => `Around ${time} the lecture says:`,
  elsewhere: 'Elsewhere in this lesson:',
  found: 'In this lesson:',
  noMatch: 'The words of your question do not occur elsewhere in the transcript.',
  nothing: 'The transcript of this lesson does not hold an answer to this question.',
  otherLessons: 'In other lessons of this course:',
};

const PHRASES: Record<string, Phrases> = {
  id: {
    whoIAm: 'Saya tutor ekstraktif: saya mengutip kata-kata dari kuliah dan tidak menalar tentangnya.',
    atMoment: (time) => `Di sekitar ${time} kuliah ini mengatakan:`,
    elsewhere: 'Di bagian lain pelajaran ini:',
    found: 'Dalam pelajaran ini:',
    noMatch: 'Kata-kata dari pertanyaan Anda tidak muncul di bagian lain transkrip.',
    nothing: 'Transkrip pelajaran ini tidak memuat jawaban atas pertanyaan ini.',
    otherLessons: 'Di pelajaran lain dari kursus ini:',
  },
  es: {
    whoIAm: 'Soy el tutor extractivo: cito las palabras de la clase y no razono sobre ellas.',
    atMoment: (time) => `Hacia ${time} la clase dice:`,
    elsewhere: 'En otra parte de esta lección:',
    found: 'En esta lección:',
    noMatch: 'Las palabras de tu pregunta no aparecen en otra parte de la transcripción.',
    nothing: 'La transcripción de esta lección no contiene una respuesta a esta pregunta.',
    otherLessons: 'En otras lecciones de este curso:',
  },
};

import { singular, stopWords, words } from '../shared/words.js';
import type { CueFields } from '../videos/transcript.queries.js';

/** How far a word carries: a cue this long after another has 1/e of its weight. */
const CARRIES_MS = 15_000;
/** Stretches of speech of this length are what a word is rare or frequent among. */
const STRETCH_MS = 30_000;
/** Words share their form from this share of trigrams on: "memori" and "memory", "terurut" and "urut". */
const ALIKE = 0.4;

/** A word of a transcript, and how much it is the word that was looked for: 1 for the same. */
export interface Form {
  word: string;
  likeness: number;
}

/** Which words a transcript says where. Cues are added in the order of time, so that a long one can be read in pieces. */
export class SpokenWords {
  readonly cues: CueFields[] = [];
  /** By word the positions of the cues that say it, one for each time. Folded and singular. */
  readonly places = new Map<string, number[]>();
  /** By trigram the words that hold it. */
  readonly #byTrigram = new Map<string, string[]>();
  /** By position what is left there of the weight of a word in the cue before. */
  readonly #carried: number[] = [];
  readonly #stops: ReadonlySet<string>;

  constructor(readonly language: string) {
    this.#stops = stopWords(language);
  }

  add(cues: readonly CueFields[]): void {
    for (const cue of cues) {
      const before = this.cues.at(-1);
      this.#carried.push(before ? Math.exp(-Math.abs(middle(cue) - middle(before)) / CARRIES_MS) : 0);
      const position = this.cues.push(cue) - 1;
      for (const spoken of words(cue.text)) {
        const word = singular(spoken);
        const places = this.places.get(word);
        if (places) places.push(position);
        else this.#learn(word, position);
      }
    }
  }

  /** The words of a cue that carry meaning by themselves, in order, folded and singular. */
  contentAt(position: number): string[] {
    return words(this.cues[position]?.text ?? '')
      .filter((word) => !this.#stops.has(word) && !LETTER.test(word))
      .map(singular);
  }

  /** The words that were said and have the form of this one, it among them. Numbers have no other form. */
  formsOf(word: string): Form[] {
    const found: Form[] = this.places.has(word) ? [{ word, likeness: 1 }] : [];
    if (word.length < 4 || DIGIT.test(word)) return found;
    const own = trigrams(word);
    const shared = new Map<string, number>();
    for (const trigram of own) {
      for (const other of this.#byTrigram.get(trigram) ?? []) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    for (const [other, count] of shared) {
      const dice = (2 * count) / (own.size + other.length);
      if (other !== word && dice >= ALIKE) found.push({ word: other, likeness: dice });
    }
    return found;
  }

  /**
   * How much of these forms is said around each cue, by position: each utterance counts 1 times its likeness where it
   * is said, and less the further away.
   */
  around(forms: readonly Form[]): Float64Array {
    const after = new Float64Array(this.cues.length);
    for (const { word, likeness } of forms) {
      for (const position of this.places.get(word) ?? []) after[position] = (after[position] ?? 0) + likeness;
    }
    // An exponential kernel by one pass in each direction, whatever the number of utterances.
    const before = after.slice();
    for (let at = 1; at < after.length; at++)
      after[at] = (after[at] ?? 0) + (after[at - 1] ?? 0) * (this.#carried[at] ?? 0);
    let carried = 0;
    for (let at = before.length - 2; at >= 0; at--) {
      carried = ((before[at + 1] ?? 0) + carried) * (this.#carried[at + 1] ?? 0);
      after[at] = (after[at] ?? 0) + carried;
    }
    return after;
  }

  /** How much the forms tell: 0 for what is said all the time, the more the fewer stretches hold it. */
  rarity(forms: readonly Form[]): number {
    const stretches = new Set<number>();
    for (const { word } of forms) {
      for (const position of this.places.get(word) ?? []) {
        stretches.add(Math.floor((this.cues[position]?.startMs ?? 0) / STRETCH_MS));
      }
    }
    const all = Math.max(2, Math.ceil((this.cues.at(-1)?.endMs ?? 0) / STRETCH_MS));
    return Math.log(1 + Math.max(0.2, (all - stretches.size + 0.5) / (stretches.size + 0.5)));
  }

  #learn(word: string, position: number): void {
    this.places.set(word, [position]);
    if (word.length < 4 || DIGIT.test(word)) return;
    for (const trigram of trigrams(word)) {
      const holding = this.#byTrigram.get(trigram);
      if (holding) holding.push(word);
      else this.#byTrigram.set(trigram, [word]);
    }
  }
}

/** Of a word between two borders: as many as it has letters, a few less where it repeats itself. */
function trigrams(word: string): Set<string> {
  const bordered = ` ${word} `;
  return new Set(Array.from({ length: word.length }, (_, at) => bordered.slice(at, at + 3)));
}

function middle({ startMs, endMs }: CueFields): number {
  return (startMs + endMs) / 2;
}

const DIGIT = /\p{N}/u;
const LETTER = /^(?!\p{Script=Han})\p{L}$/u;

// Questions, and what the model says to each: the same words in every process, so that any text can be checked.
import { createHash } from 'node:crypto';

const WORDS =
  'the deck is sorted when each card stands after a smaller one, “nearly” naïve cafe\u0301 𝒪(n²) 😀 👩‍🏫 排序 [05:00] [10:05]\n\n'.split(
    ' ',
  );
const QUESTION = /Question [\w-]+: [^\n]*/;

export function questionOf(name) {
  return `Question ${name}: why is it fast on a nearly sorted deck?`;
}

/** The question in the last message of a model's call. */
export function questionIn(messages) {
  return QUESTION.exec(messages.at(-1).content)?.[0] ?? '';
}

/** 4 to 240 words, among them characters of two UTF-16 units, joined emoji and combining marks. */
export function answerTo(question) {
  const random = diceOf(question);
  const count = Math.floor(4 * 60 ** random());
  return Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(' ');
}

/** Numbers from 0 to 1 that the text alone decides (mulberry32). */
function diceOf(text) {
  let state = createHash('sha256').update(text).digest().readUInt32LE();
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

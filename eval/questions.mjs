// The question-and-moment pairs, and which cues of a lecture each of them needs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the questions on lectures that are present, each with its number in the file */
export function readQuestions(lectures) {
  const lines = readFileSync(join(import.meta.dirname, 'questions.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines
    .map((line, index) => ({ number: index + 1, ...JSON.parse(line) }))
    .filter(({ lecture }) => lectures.has(lecture));
}

/** The cues whose middle lies in one of the ranges that a question needs; sounds such as [Applause] hold no answer. */
export function neededCues(question, cues) {
  const needed = cues.filter(({ startMs, endMs, text }) => {
    const middle = (startMs + endMs) / 2000;
    return (
      /[\p{L}\p{N}]/u.test(text.replace(/\[.*?\]/g, '')) &&
      question.needed.some(([from, to]) => middle >= from && middle < to)
    );
  });
  if (needed.length === 0 && question.needed.length > 0) throw new Error(`question ${question.number} needs no cue`);
  return needed;
}

/**
 * Those of the needed cues whose text stands in a prompt: in the line of the transcript that covers their time. The same
 * words said elsewhere ("okay", "all right") count for nothing.
 */
export function foundCues(needed, promptText) {
  const lines = [...promptText.matchAll(/^\[(?:(\d+):)?(\d+):(\d\d)\] (.*)$/gm)].map(([, h = 0, m, s, text]) => ({
    seconds: Number(h) * 3600 + Number(m) * 60 + Number(s),
    text,
  }));
  return needed.filter(({ startMs, text }) => {
    const line = lines.findLast(({ seconds }) => seconds * 1000 <= startMs);
    return line?.text.includes(text.replace(/\s+/g, ' ').trim());
  });
}

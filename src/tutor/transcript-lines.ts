import type { PassageCue } from './material.js';

/** A cited moment must lie within 15 s of the words that support it: longer lines would leave their ends uncitable. */
const SECONDS_PER_LINE = 12;

export interface TranscriptLine {
  /** Whether nothing was left out before it. */
  follows: boolean;
  startMs: number;
  texts: string[];
}

/** Cues by time, gathered into lines of some seconds. */
export function linesOf(cues: readonly PassageCue[]): TranscriptLine[] {
  const lines: TranscriptLine[] = [];
  let previous = Number.NaN;
  for (const { position, startMs, text } of cues) {
    const follows = position === previous + 1;
    const line = lines.at(-1);
    if (line && follows && startMs - line.startMs < SECONDS_PER_LINE * 1000) line.texts.push(text);
    else lines.push({ follows, startMs, texts: [text] });
    previous = position;
  }
  return lines;
}

/** Speech cannot close the fence that it stands in. */
export function asData(text: string): string {
  const line = oneLine(text);
  return line.includes('<') ? line.replace(/<(?=\s*\/?\s*transcript)/gi, '‹') : line;
}

/** White space as single spaces. */
export function oneLine(text: string): string {
  // Most cues are one line already, and replacing each of its spaces takes ten times as long as looking.
  return (/[^\S ]| {2}/.test(text) ? text.replace(/\s+/g, ' ') : text).trim();
}

import type { Phrase } from './moment-query.policy.js';
import { type Unit, unitsOf } from './units.js';

/** A caption may be a page long: what is shown is this much of it, around the first match. */
const MOST_CHARACTERS = 300;
const BEFORE_MATCH = 60;

/** Places of the units that belong to a phrase, in order, each once. */
export function matchedUnits(units: readonly Unit[], phrases: readonly Phrase[]): number[] {
  const matched = new Set<number>();
  for (const phrase of phrases) {
    for (const at of occurrences(units, phrase)) phrase.units.forEach((_, offset) => void matched.add(at + offset));
  }
  return [...matched].sort((a, b) => a - b);
}

/** Places of the units at which the phrase begins. */
export function occurrences(units: readonly Unit[], { units: asked, prefix }: Phrase): number[] {
  const found: number[] = [];
  for (let at = 0; at + asked.length <= units.length; at++) {
    const holds = asked.every((each, offset) => {
      const said = units[at + offset]?.unit ?? '';
      return prefix && offset === asked.length - 1 ? said.startsWith(each) : said === each;
    });
    if (holds) found.push(at);
  }
  return found;
}

/** The text as HTML: matched words in `<mark>`, all else escaped, cut to some 300 characters around the first match. */
export function snippetOf(text: string, phrases: readonly Phrase[]): string {
  const units = unitsOf(text);
  const marks = joinTouching(matchedUnits(units, phrases).flatMap((at) => units[at] ?? []));
  const [from, to] = window(text, marks[0]?.from ?? 0);
  let html = from > 0 ? '…' : '';
  let at = from;
  for (const mark of marks) {
    if (mark.to > to) break;
    html += `${escapeHtml(text.slice(at, mark.from))}<mark>${escapeHtml(text.slice(mark.from, mark.to))}</mark>`;
    at = mark.to;
  }
  return `${html}${escapeHtml(text.slice(at, to))}${to < text.length ? '…' : ''}`;
}

/** Letters side by side are one mark; words have a space between them. */
function joinTouching(units: readonly Unit[]): { from: number; to: number }[] {
  const marks: { from: number; to: number }[] = [];
  for (const { from, to } of units) {
    const last = marks.at(-1);
    if (last && from <= last.to) last.to = to;
    else marks.push({ from, to });
  }
  return marks;
}

/** What of the text is shown; cut at spaces where there are any, never within a character. */
function window(text: string, match: number): [from: number, to: number] {
  if (text.length <= MOST_CHARACTERS) return [0, text.length];
  let from = Math.max(0, Math.min(match - BEFORE_MATCH, text.length - MOST_CHARACTERS));
  const space = text.slice(from, match).search(/\s/);
  if (from > 0 && space >= 0) from += space + 1;
  let to = Math.min(text.length, from + MOST_CHARACTERS);
  const last = text.slice(0, to).search(/\s\S*$/);
  if (to < text.length && last > match + BEFORE_MATCH) to = last;
  if (isLowSurrogate(text, from)) from--;
  if (isLowSurrogate(text, to)) to--;
  return [from, to];
}

function isLowSurrogate(text: string, at: number): boolean {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at));
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

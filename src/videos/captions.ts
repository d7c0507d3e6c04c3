import { decode } from 'html-entities';

/** What was said between two moments, in whole milliseconds. The text has no markup, no blank line and is never empty. */
export interface ParsedCue {
  startMs: number;
  endMs: number;
  text: string;
}

export type CaptionFormat = 'VTT' | 'SRT';

/** Of UTF-8. A caller that reads a stream stops there too. */
export const MAX_CAPTION_BYTES = 5 * 1024 * 1024;
export const MAX_CUES = 20_000;
const MOST_IN_LINE = 50_000;

/**
 * The spoken cues of a caption file, by start; equal starts keep the file's order.
 * Both formats go through one tolerant parser, since real files are often named as the other one. `format` decides only
 * whether NOTE, STYLE and REGION start a block that is not spoken, and a WEBVTT header outvotes it.
 * Cues may overlap, and may end before they begin: only the caller knows what they are wanted for.
 * @see https://www.w3.org/TR/webvtt1/#parsing
 * @throws CaptionError at the first line that cannot be read, or when there is too much or nothing to read
 */
export function parseCaptions(content: string, format: CaptionFormat): ParsedCue[] {
  const cues: ParsedCue[] = [];
  for (const block of cueBlocks(readLines(content), format)) {
    const text = spokenText(block.lines);
    if (text === '') continue;
    if (cues.length === MAX_CUES) {
      throw new CaptionError(block.line, `A file has at most ${MAX_CUES} cues. Join short cues, or split the video.`);
    }
    cues.push({ startMs: block.startMs, endMs: block.endMs, text });
  }
  if (cues.length === 0) throw noCue();
  return cues.sort((a, b) => a.startMs - b.startMs);
}

/** Why a caption file was refused: `line` counts from 1, and the message names the remedy but not the line. */
export class CaptionError extends Error {
  override readonly name = 'CaptionError';

  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
  }
}

/** A WebVTT file of these cues. `parseCaptions` reads from it the very cues that it once gave. */
export function renderVtt(cues: readonly ParsedCue[]): string {
  const blocks = cues.map((cue) => `${vttTime(cue.startMs)} --> ${vttTime(cue.endMs)}\n${escapeText(cue.text)}\n`);
  return ['WEBVTT\n', ...blocks].join('\n');
}

/** Milliseconds of a position fit 32 bits. */
const MOST_HOURS = 500;
const EXAMPLE = '00:00:01.000 --> 00:00:04.000';

// Every expression below runs on hostile files of 5 MB. None has two neighbouring repetitions that can match the same
// character, and none looks past a character that would start its next match: that is what keeps them linear.
const BLANK = /^[ \t]*$/;
const NUMBER = /^\s*\d+\s*$/;
const HEADER = /^WEBVTT(?:[ \t]|$)/;
const UNSPOKEN = /^(?:(?:WEBVTT|NOTE)(?:[ \t]|$)|(?:STYLE|REGION)[ \t]*$)/;
const TIME = String.raw`(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{0,3}))?`;
const TIMING = new RegExp(String.raw`^\s*${TIME}\s*-->\s*${TIME}(?=\s|$)`);

// Only the tags that captions use, in the case they use: a lecture also shows "<div>", "vector<int>" and "Map<V>".
const LINE_BREAK = /<br\s*\/?>/gi;
const PLAIN_TAG = String.raw`\/?(?:[bciusvBIU]|em|font|FONT|lang|rt|ruby|span|strong)(?:\.[^\s<>]*)?(?:\s+[\w-]+=[^<>\n]*|\s*)`;
const NAMING_TAG = String.raw`(?:v|lang)[.\s][^<>\n]*`;
const TAG = new RegExp(String.raw`<(?:${PLAIN_TAG}|${NAMING_TAG}|\d+:[\d:.,]+)>`, 'g');
// A name and then its value, as in {\an8} or {\c&HFFFFFF&}: a lecture on LaTeX may show "{\pi}".
const STYLE_OVERRIDE = /\{\\(?:\d?[a-z]+-?[\d(&]|fn)[^{}\n]*\}/g;

// C0 without the white space. C1 passes: it comes from files in a Windows code page, whose words are readable.
const CONTROL = /[^\P{Cc}\t\n\v\f\r\u007f-\u009f]/gu;
// A lone ideographic space is punctuation to its readers; any other single blank is as good as a plain one.
const BLANKS = /\s{2,}|[^\S\u3000]/g;
const VISIBLE = /[^\s\p{Cf}]/u;

interface CueBlock {
  /** Of the timing, from 1. */
  line: number;
  startMs: number;
  endMs: number;
  lines: string[];
}

function readLines(content: string): string[] {
  if (Buffer.byteLength(content) > MAX_CAPTION_BYTES) {
    throw new CaptionError(1, 'A caption file has at most 5 MB. Leave out what is not text, or split the video.');
  }
  // Files are joined by hand as well as cut: a byte order mark may stand anywhere.
  const text = content.toWellFormed().replaceAll('\ufeff', '').replace(/\r\n?/g, '\n');
  const control = text.search(CONTROL);
  if (control >= 0) {
    const line = text.slice(0, control).split('\n').length;
    throw new CaptionError(line, 'This line holds control characters. Save the captions as plain text in UTF-8.');
  }
  if (!text.includes('-->')) throw noCue();
  const lines = text.split('\n');
  // A regular expression that steps back over millions of blanks runs out of stack, on some days.
  const long = lines.findIndex((line) => line.length > MOST_IN_LINE);
  if (long >= 0) throw new CaptionError(long + 1, `This line has more than ${MOST_IN_LINE} characters. Break it.`);
  return lines;
}

/** Cuts the lines at their timings and drops what stands between cues: numbers, identifiers, unspoken blocks. */
function* cueBlocks(lines: readonly string[], format: CaptionFormat): Generator<CueBlock> {
  const isVtt = format === 'VTT' || HEADER.test(lines.find((line) => !BLANK.test(line)) ?? '');
  let block: CueBlock | undefined;
  let afterBlank = true;
  let unspoken = false;
  for (const [index, line] of lines.entries()) {
    const startsParagraph = afterBlank;
    afterBlank = BLANK.test(line);
    if (afterBlank) {
      unspoken = false;
      continue;
    }
    if (isVtt && startsParagraph && UNSPOKEN.test(line)) unspoken = true;
    // A timing ends even a NOTE, as in browsers; any other arrow in a NOTE is a remark.
    if (unspoken && !TIMING.test(line)) continue;
    if (line.includes('-->')) {
      if (block) yield block;
      unspoken = false;
      block = { line: index + 1, ...readTiming(line, index + 1), lines: [] };
      continue;
    }
    if (lines[index + 1]?.includes('-->') && (startsParagraph || NUMBER.test(line))) continue;
    // Also after a blank line: many files have one inside a cue, and what follows it was spoken.
    if (block) block.lines.push(line);
    else if (!NUMBER.test(line)) {
      throw new CaptionError(
        index + 1,
        `This text comes before the first cue. Put its times above it, as in ${EXAMPLE}, or remove it.`,
      );
    }
  }
  if (block) yield block;
}

function readTiming(line: string, number: number): { startMs: number; endMs: number } {
  const parts = TIMING.exec(line);
  if (!parts) {
    const remedy = `Write them as in ${EXAMPLE}; an arrow that belongs to the text is written --&gt;.`;
    throw new CaptionError(number, `The times of this cue cannot be read. ${remedy}`);
  }
  return { startMs: toMs(parts.slice(1, 5), number), endMs: toMs(parts.slice(5, 9), number) };
}

function toMs([hours, minutes = '', seconds = '', fraction = '']: (string | undefined)[], line: number): number {
  if (Number(seconds) > 59 || (hours !== undefined && Number(minutes) > 59)) {
    throw new CaptionError(line, 'Minutes and seconds go up to 59. Carry the rest into the unit before: 01:15:00.000.');
  }
  if (Number(hours ?? 0) > MOST_HOURS)
    throw new CaptionError(line, `No video is ${MOST_HOURS} hours long. Mend the times.`);
  const wholeSeconds = (Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds);
  return wholeSeconds * 1000 + Number(fraction.padEnd(3, '0'));
}

function spokenText(lines: readonly string[]): string {
  const bare = lines.join('\n').replace(LINE_BREAK, '\n').replace(TAG, '').replace(STYLE_OVERRIDE, '');
  // Tags go first, so that an escaped one is text. Strict, because "AT&T" and "R&notes" are no entities.
  return decode(bare, { scope: 'strict' })
    .toWellFormed()
    .replace(CONTROL, '')
    .split('\n')
    .map((line) => line.replace(BLANKS, ' ').trim())
    .filter((line) => VISIBLE.test(line))
    .join('\n');
}

function escapeText(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  // Else a style override that was escaped, and so is text, would be gone when the file is read again.
  return escaped.replaceAll('{\\', '&#123;\\');
}

function vttTime(ms: number): string {
  const pad = (value: number, width = 2) => String(Math.floor(value)).padStart(width, '0');
  return `${pad(ms / 3_600_000)}:${pad((ms / 60_000) % 60)}:${pad((ms / 1000) % 60)}.${pad(ms % 1000, 3)}`;
}

function noCue(): CaptionError {
  const remedy = `A cue is a line of times, as in ${EXAMPLE}, and the spoken text below it.`;
  return new CaptionError(1, `Nothing to load: no cue found in this file. ${remedy}`);
}

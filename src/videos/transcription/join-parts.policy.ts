import { fold } from '../../shared/fold.js';
import type { ParsedCue } from '../captions.js';

/** A part of a video and what was heard in it, its times from the video's beginning. */
export interface Part {
  startMs: number;
  endMs: number;
  cues: readonly ParsedCue[];
}

/** Where two hearings of one sentence may say that it begins or ends. */
const JITTER_MS = 300;
/** No sentence that both parts hold has more words. */
const MOST_REPEATED = 60;

/**
 * The parts of a video at these lengths: each begins a little before the last one ends, so that whatever is said at a
 * border is heard whole at least once.
 */
export function partsOf(lengthMs: number, partMs: number, overlapMs: number): { startMs: number; endMs: number }[] {
  const parts = [];
  for (let startMs = 0; ; startMs += partMs - overlapMs) {
    parts.push({ startMs, endMs: Math.min(startMs + partMs, lengthMs) });
    if (startMs + partMs >= lengthMs) return parts;
  }
}

/** One transcript of parts that overlap: what both of two neighbours have heard comes once. */
export function joinParts(parts: readonly Part[]): ParsedCue[] {
  return parts
    .reduce((before, part) => ({ ...part, cues: joinTwo(before, part) }))
    .cues.map((cue) => ({ ...cue, text: cue.text.trim() }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => a.startMs - b.startMs);
}

/**
 * Where both have heard a pause, one goes on from the other there. Where neither breath nor timing agrees, the words
 * do: what the first ends with, the second need not say again.
 */
function joinTwo(before: Part, after: Part): ParsedCue[] {
  const overlap = { startMs: after.startMs, endMs: before.endMs };
  const pause = commonPause(before.cues, after.cues, overlap, 0);
  if (pause !== null) return joinAt(pause, before, after);
  const first = before.cues.filter((cue) => middle(cue) < middle(overlap));
  const saidUntilMs = first.at(-1)?.endMs ?? overlap.startMs;
  const rest = after.cues.filter(({ endMs }) => endMs > saidUntilMs);
  const repeated = repeatedWords(first, rest);
  if (repeated > 0) return [...first, ...withoutWords(rest, repeated, saidUntilMs)];
  // They have heard different words: then their timing must do.
  const about = commonPause(before.cues, after.cues, overlap, JITTER_MS);
  if (about !== null) return joinAt(about, before, after);
  return [...first, ...rest.filter(({ startMs, endMs }) => startMs >= saidUntilMs || endMs > saidUntilMs + JITTER_MS)];
}

function joinAt(moment: number, before: Part, after: Part): ParsedCue[] {
  return [...before.cues.filter((cue) => middle(cue) < moment), ...after.cues.filter((cue) => middle(cue) >= moment)];
}

/**
 * The moment nearest to the overlap's middle at which neither hearing is within a sentence, but for so many
 * milliseconds; null when there is none.
 */
function commonPause(
  before: readonly ParsedCue[],
  after: readonly ParsedCue[],
  overlap: { startMs: number; endMs: number },
  jitterMs: number,
): number | null {
  const center = middle(overlap);
  const cues = [...before, ...after].filter((cue) => cue.endMs >= overlap.startMs && cue.startMs <= overlap.endMs);
  const isPause = (moment: number) =>
    !cues.some((cue) => cue.startMs < moment - jitterMs && cue.endMs > moment + jitterMs);
  const pauses = [center, ...cues.flatMap(({ startMs, endMs }) => [startMs, endMs])].filter(
    (each) => each >= overlap.startMs && each <= overlap.endMs && isPause(each),
  );
  if (pauses.length === 0) return null;
  return pauses.reduce((best, each) => (Math.abs(each - center) < Math.abs(best - center) ? each : best));
}

/** With how many of the words that the earlier cues end with the later ones begin. */
function repeatedWords(earlier: readonly ParsedCue[], later: readonly ParsedCue[]): number {
  const said = earlier.flatMap(({ text }) => unitsOf(text)).slice(-MOST_REPEATED);
  const next = later.flatMap(({ text }) => unitsOf(text)).slice(0, MOST_REPEATED);
  for (let count = Math.min(said.length, next.length); count > 0; count--) {
    if (next.slice(0, count).every((unit, index) => unit === said[said.length - count + index])) return count;
  }
  return 0;
}

/** The cues without so many of their first words. */
function withoutWords(cues: readonly ParsedCue[], count: number, saidUntilMs: number): ParsedCue[] {
  let left = count;
  return cues.flatMap((cue) => {
    const spoken = piecesOf(cue.text);
    const dropped = Math.min(left, spoken.length);
    left -= dropped;
    const text = spoken.slice(dropped).join('').trim();
    return text === '' ? [] : [{ ...cue, startMs: Math.min(Math.max(cue.startMs, saidUntilMs), cue.endMs), text }];
  });
}

const UNSPACED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmr}\p{scx=Mymr}]/u;

/** A text's words with what follows each; its characters where a script has no spaces. */
function piecesOf(text: string): string[] {
  return UNSPACED.test(text) ? [...text.trim()] : (text.trim().match(/\S+\s*/g) ?? []);
}

function unitsOf(text: string): string[] {
  return piecesOf(text).map((piece) => fold(piece).replace(/[^\p{L}\p{N}\p{M}]/gu, ''));
}

function middle({ startMs, endMs }: { startMs: number; endMs: number }): number {
  return (startMs + endMs) / 2;
}

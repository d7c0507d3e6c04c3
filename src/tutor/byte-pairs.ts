import type { TokenRanks } from './token-ranks.js';

/** Splits a text before its bytes are merged: no token reaches over the border of two pieces. */
export type Pieces = RegExp;

/**
 * Counts tokens as a byte-pair encoding does: of two neighbours that together are a token, those of the lowest rank are
 * merged first, the leftmost of equals, until no two neighbours are one. The neighbours wait in a heap, so that a piece
 * takes n log n steps: the usual search through all of them for each merge takes seconds for 64 kB of one letter.
 */
export function tokenCounter(ranks: TokenRanks, pieces: Pieces): (text: string) => number {
  const merge = merger(ranks);
  return (text) => {
    let tokens = 0;
    for (const [piece] of text.matchAll(pieces)) tokens += merge(piece);
    return tokens;
  };
}

/** Of a piece that is longer the memory is not kept. */
const USUAL_BYTES = 4096;
const NONE = -1;

function merger(ranks: TokenRanks): (piece: string) => number {
  const encoder = new TextEncoder();
  const usual = scratch(USUAL_BYTES);
  return (piece) => {
    // A code unit of UTF-16 takes at most three bytes in UTF-8.
    const mostBytes = piece.length * 3;
    const memory = mostBytes <= USUAL_BYTES ? usual : scratch(mostBytes);
    const { written } = encoder.encodeInto(piece, memory.bytes);
    return ranks.rankOf(memory.bytes, 0, written) === NONE ? mergeAll(ranks, memory, written) : 1;
  };
}

/** By the position of a token's first byte: where the tokens around it begin, and the rank of it with the next one. */
interface Scratch {
  bytes: Uint8Array;
  next: Int32Array;
  previous: Int32Array;
  pairs: Int32Array;
}

function scratch(bytes: number): Scratch {
  return {
    bytes: new Uint8Array(bytes),
    next: new Int32Array(bytes + 1),
    previous: new Int32Array(bytes + 1),
    pairs: new Int32Array(bytes + 1),
  };
}

/** How many tokens the first `length` bytes become. */
function mergeAll(ranks: TokenRanks, { bytes, next, previous, pairs }: Scratch, length: number): number {
  const heap = new MinHeap();
  const look = (at: number) => {
    const second = next[at] as number;
    const rank = second < length ? ranks.rankOf(bytes, at, next[second] as number) : NONE;
    pairs[at] = rank;
    if (rank !== NONE) heap.push(rank * POSITIONS + at);
  };
  for (let at = 0; at <= length; at++) {
    next[at] = at + 1;
    previous[at] = at - 1;
  }
  for (let at = 0; at < length; at++) look(at);
  let tokens = length;
  for (let least = heap.pop(); least !== undefined; least = heap.pop()) {
    const at = least % POSITIONS;
    // A neighbour has been merged since: the pair is no more, or waits with another rank.
    if (pairs[at] !== Math.floor(least / POSITIONS)) continue;
    const second = next[at] as number;
    const after = next[second] as number;
    pairs[second] = NONE;
    next[at] = after;
    previous[after] = at;
    tokens--;
    look(at);
    if (at > 0) look(previous[at] as number);
  }
  return tokens;
}

/** Rank and position lie in one number, which orders pairs by rank and then from left to right. */
const POSITIONS = 2 ** 26;

/** A binary heap of numbers. */
class MinHeap {
  private readonly items: number[] = [];

  push(item: number): void {
    const { items } = this;
    let at = items.length;
    items.push(item);
    for (let parent = (at - 1) >> 1; at > 0 && (items[parent] as number) > item; parent = (at - 1) >> 1) {
      items[at] = items[parent] as number;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const { items } = this;
    const least = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return least;
    let at = 0;
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      if (child + 1 < items.length && (items[child + 1] as number) < (items[child] as number)) child++;
      if ((items[child] as number) >= last) break;
      items[at] = items[child] as number;
      at = child;
    }
    items[at] = last;
    return least;
  }
}

import { setImmediate as otherWork } from 'node:timers/promises';

/** The tokens of a byte-pair encoding: each a run of bytes with a rank, and the lowest rank is merged first. */
export interface TokenRanks {
  /** The rank of the token that is exactly these bytes, -1 when none is. */
  rankOf(bytes: Uint8Array, start: number, end: number): number;
}

const WORK_AT_ONCE_MS = 5;
const LINES_BETWEEN_LOOKS = 512;

/**
 * Reads ranks as OpenAI publishes them: a line for each token, its bytes in base64, a space, its rank from 0 on.
 * They lie in three typed arrays: 4 MB for 200,000 tokens, where a map of strings takes 60. Other work gets its turn.
 */
export async function readRanks(file: Uint8Array): Promise<TokenRanks> {
  const table = new RankTable(countTokens(file), file.length);
  for (let at = 0, lines = 0, since = performance.now(); at < file.length; lines++) {
    at = table.addLine(file, at);
    if (lines % LINES_BETWEEN_LOOKS === 0 && performance.now() - since > WORK_AT_ONCE_MS) {
      await otherWork();
      since = performance.now();
    }
  }
  return table.trimmed();
}

const SPACE = 0x20;
const NEW_LINE = 0x0a;
const ZERO = 0x30;
const EMPTY = -1;

class RankTable implements TokenRanks {
  /** By rank, where its bytes begin in `bytes`; they end where the next ones begin. */
  private readonly starts: Uint32Array;
  /** By hash, open to the next place: a rank, or EMPTY. */
  private readonly slots: Int32Array;
  private readonly mask: number;
  private bytes: Uint8Array;
  private longest = 0;
  private added = 0;

  constructor(tokens: number, bytesAtMost: number) {
    // Between a quarter and a half of the places are taken.
    const places = 2 ** Math.ceil(Math.log2(tokens * 2));
    this.slots = new Int32Array(places).fill(EMPTY);
    this.mask = places - 1;
    this.starts = new Uint32Array(tokens + 1);
    this.bytes = new Uint8Array(bytesAtMost);
  }

  /** Reads one line and gives where the next begins. */
  addLine(file: Uint8Array, lineStart: number): number {
    let at = lineStart;
    let end = this.starts[this.added] as number;
    for (let bits = 0, held = 0; file[at] !== SPACE; at++) {
      const value = BASE64[file[at] as number] as number;
      if (value === PADDING) continue;
      bits = ((bits << 6) | value) & 0xffff;
      held += 6;
      if (held >= 8) {
        held -= 8;
        this.bytes[end++] = bits >> held;
      }
    }
    let rank = 0;
    for (at++; at < file.length && file[at] !== NEW_LINE; at++) rank = rank * 10 + (file[at] as number) - ZERO;
    this.add(rank, end);
    return at + 1;
  }

  rankOf(bytes: Uint8Array, start: number, end: number): number {
    if (end - start > this.longest) return -1;
    for (let place = hash(bytes, start, end) & this.mask; ; place = (place + 1) & this.mask) {
      const rank = this.slots[place] as number;
      if (rank === EMPTY || this.isAt(rank, bytes, start, end)) return rank;
    }
  }

  trimmed(): TokenRanks {
    this.bytes = this.bytes.slice(0, this.starts[this.added]);
    return this;
  }

  private add(rank: number, end: number): void {
    if (rank !== this.added) throw new Error(`The table of tokens has rank ${rank} where ${this.added} was expected`);
    const start = this.starts[rank] as number;
    this.starts[rank + 1] = end;
    this.added++;
    this.longest = Math.max(this.longest, end - start);
    let place = hash(this.bytes, start, end) & this.mask;
    while (this.slots[place] !== EMPTY) place = (place + 1) & this.mask;
    this.slots[place] = rank;
  }

  private isAt(rank: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.starts[rank] as number;
    if ((this.starts[rank + 1] as number) - from !== end - start) return false;
    for (let i = start; i < end; i++) if (this.bytes[from + i - start] !== bytes[i]) return false;
    return true;
  }
}

/** FNV-1a, its high bits folded into the low ones that choose the place. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c9dc5;
  for (let i = start; i < end; i++) value = Math.imul(value ^ (bytes[i] as number), 0x01000193);
  return value ^ (value >>> 15);
}

/** How many tokens there are: the last line has the highest rank. */
function countTokens(file: Uint8Array): number {
  const rank = /(\d+)\n?$/.exec(Buffer.from(file.subarray(-16)).toString('latin1'))?.[1];
  return rank === undefined ? 0 : Number(rank) + 1;
}

const PADDING = 64;
const BASE64 = new Uint8Array(128).fill(PADDING);
for (const [value, letter] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries()) {
  BASE64[letter.charCodeAt(0)] = value;
}

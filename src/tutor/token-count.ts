import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { O200K_TOKEN_SPLIT_REGEX } from 'gpt-tokenizer/encodingParams/constants';
import { LRUCache } from 'lru-cache';
import { tokenCounter } from './byte-pairs.js';
import { readRanks } from './token-ranks.js';

type Count = (text: string) => number;

/** The tokenizer of OpenAI's current models; others differ by some percent, which the hold allows for. */
let loading: Promise<Count> | undefined;

/** As OpenAI's tokenizer understands `\s`: for JavaScript U+FEFF is a space and U+0085 none. */
const PIECES = new RegExp(
  O200K_TOKEN_SPLIT_REGEX.source.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}'),
  'gu',
);

/**
 * `o200k_base` from the files of gpt-tokenizer, without its tables of strings: see ADR 17. Loaded once the server
 * listens where a model is configured, else when needed; it never holds the event loop for more than some milliseconds.
 */
export function loadTokenizer(): Promise<Count> {
  loading ??= readFile(createRequire(import.meta.url).resolve('gpt-tokenizer/data/o200k_base.tiktoken'))
    .then(readRanks)
    .then((ranks) => remembered(tokenCounter(ranks, PIECES)));
  return loading;
}

/** The cues of a lecture that is asked about, and the rules, come with each of its questions: counted once. */
function remembered(count: Count): Count {
  const counts = new LRUCache<string, number>({
    max: 20_000,
    maxSize: 4_000_000,
    sizeCalculation: (_, text) => text.length + 1,
  });
  return (text) => {
    const known = counts.get(text);
    if (known !== undefined) return known;
    const tokens = count(text);
    counts.set(text, tokens);
    return tokens;
  };
}

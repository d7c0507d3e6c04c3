import { LRUCache } from 'lru-cache';

type Count = (text: string) => number;

/** The tokenizer of OpenAI's current models; others differ by some percent, which the hold allows for. */
let loading: Promise<Count> | undefined;

/** Its tables take 0.2 s and 70 MB: loaded once the server listens where a model is configured, else when needed. */
export function loadTokenizer(): Promise<Count> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base').then(({ countTokens }) => {
    const asText = { disallowedSpecial: new Set<string>() };
    return remembered((text) => pieces(text).reduce((sum, piece) => sum + countTokens(piece, asText), 0));
  });
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

/** The merge is quadratic in a run without word borders: pieces keep 64 kB of one letter from taking seconds. */
function pieces(text: string): string[] {
  return text.match(/.{1,256}(?=\s|$)|.{1,256}/gs) ?? [];
}

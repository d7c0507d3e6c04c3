type Count = (text: string) => number;

/** The tokenizer of OpenAI's current models; others differ by some percent, which the hold allows for. */
let loading: Promise<Count> | undefined;

/** Its tables take 0.2 s and 70 MB: loaded once the server listens where a model is configured, else when needed. */
export function loadTokenizer(): Promise<Count> {
  loading ??= import('gpt-tokenizer/encoding/o200k_base').then(
    ({ countTokens }) =>
      (text) =>
        pieces(text).reduce((sum, piece) => sum + countTokens(piece, { disallowedSpecial: new Set() }), 0),
  );
  return loading;
}

/** The merge is quadratic in a run without word borders: pieces keep 64 kB of one letter from taking seconds. */
function pieces(text: string): string[] {
  return text.match(/.{1,256}(?=\s|$)|.{1,256}/gs) ?? [];
}

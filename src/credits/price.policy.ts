/** Credits per 1,000 tokens. */
export interface Price {
  input: number;
  output: number;
}

/** A prompt is counted with our tokenizer, the model bills with its own: the hold allows for a fifth more. */
const PROMPT_ALLOWANCE = 1.2;

/** What an answer costs, in whole credits, rounded up once for the answer. */
export function priceOf(price: Price, tokensInput: number, tokensOutput: number): number {
  // Prices may have decimals; a millionth less than a credit is rounding noise of their sum, not a credit.
  return Math.ceil((tokensInput * price.input + tokensOutput * price.output) / 1000 - 1e-6);
}

/** What is set aside at the ask: the most that the answer can be expected to cost. */
export function holdFor(price: Price, promptTokens: number, maxOutputTokens: number): number {
  return priceOf(price, Math.ceil(promptTokens * PROMPT_ALLOWANCE), maxOutputTokens);
}

/** What it costs to write down so much speech, in whole credits, rounded up once for the video. */
export function speechPrice(creditsPerMinute: number, audioSeconds: number): number {
  return Math.ceil((audioSeconds / 60) * creditsPerMinute - 1e-6);
}

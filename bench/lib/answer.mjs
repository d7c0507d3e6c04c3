// The answer that the model gives, token by token: the model's process sends it, the readers compare with it.

const SENTENCES = [
  'Without sorting, a search costs 500 comparisons on average; with sorting, it costs ten [12:26].',
  'So every search saves 490, and the 10,000 must be earned back first [12:34].',
  'Divide: 10,000 divided by 490 is a little more than 20 [12:41].',
  'From the 21st search on – and not a moment earlier – the sorting has paid for itself 🎓 [12:52].',
  'Für zehn Suchen lohnt es sich nicht; “twice the data, one more probe” [6:28] is another matter.',
];
/** About as long as a language model's: 4 to 5 characters, none cut within a character. */
const TOKENS = `${SENTENCES.join(' ')} `.match(/ ?[^\s]{1,5}| /gu);

export function tokensOf(count) {
  return Array.from({ length: count }, (_, index) => TOKENS[index % TOKENS.length]);
}

/** Lower case, compatibility forms as plain letters, no accents nor vowel points: for comparing, not for display. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  const bounded = text.replace(LONG_RUN_OF_MARKS, '$1').toLowerCase();
  return bounded.normalize('NFKD').replace(ACCENTS, '').normalize('NFC');
}

const ASCII = /^[\0-\x7f]*$/;
/** Accents, Hebrew and Arabic vowel points. In Hindi, Thai or Japanese a mark makes another letter and stays. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]+/g;
/** No letter of any language carries more than eight marks, and normalizing a long run takes quadratic time. */
const LONG_RUN_OF_MARKS = /(\p{M}{8})\p{M}+/gu;

/**
 * A text as every database stores it, so that what is answered now is what is read later: well-formed, and without NUL,
 * which PostgreSQL has no place for and nobody a use. U+FFFD stands for both, as in HTML and WebVTT.
 */
export function storable(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\ufffd') : wellFormed;
}

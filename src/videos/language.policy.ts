import { badInput } from '../shared/coded-error.js';

/** The tag in canonical form. @throws BAD_USER_INPUT on `language` */
export function checkLanguage(tag: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(tag);
    if (canonical && canonical.length <= 100) return canonical;
  } catch {
    // Falls through to the refusal: the RangeError's text is not for users.
  }
  throw badInput('language', 'This is no BCP 47 language tag. Write it like en, id or pt-BR.');
}

/**
 * The BCP 47 tag of a language that a model names, as `english`, `en` or `eng`; null for a name that nobody knows.
 */
export function languageTag(name: string | null | undefined): string | null {
  const text = name?.trim().toLowerCase() ?? '';
  if (text === '') return null;
  const named = tagsByName().get(text);
  if (named) return named;
  try {
    return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(text) ? (Intl.getCanonicalLocales(text)[0] ?? null) : null;
  } catch {
    return null;
  }
}

let names: Map<string, string> | undefined;

/** English names of the languages that have a tag of two letters. */
function tagsByName(): Map<string, string> {
  if (names) return names;
  names = new Map();
  const display = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' });
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  for (const tag of letters.flatMap((first) => letters.map((second) => first + second))) {
    const name = display.of(tag)?.toLowerCase();
    if (name && !names.has(name)) names.set(name, tag);
  }
  return names;
}

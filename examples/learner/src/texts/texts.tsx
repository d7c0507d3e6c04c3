import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { codeOf, messageOf } from '../failure.ts';
import { kept } from '../shell/kept.ts';
import { en } from './en.ts';

export type TextKey = keyof typeof en;
export type Translate = (key: TextKey, values?: Record<string, string | number>) => string;

export const LOCALES = { en: 'English', id: 'Bahasa Indonesia' } as const;
export type Locale = keyof typeof LOCALES;

interface Texts {
  locale: Locale;
  setLocale(locale: Locale): void;
  t: Translate;
  /** A sentence on what went wrong, in the reader's language where the code is known. */
  explain(error: unknown): string;
  /** The name of a language in the reader's. */
  languageName(tag: string): string;
}

const stored = kept<Locale>('lectern-language', Object.keys(LOCALES) as Locale[]);
const Context = createContext<Texts | null>(null);

export interface Spoken {
  locale: Locale;
  dictionary: Record<TextKey, string>;
}

/** English comes with the page, others when they are wanted. */
async function speak(locale: Locale): Promise<Spoken> {
  return { locale, dictionary: locale === 'id' ? (await import('./id.ts')).id : en };
}

/** What the reader chose before, else the browser's language. */
export function firstLanguage(): Promise<Spoken> {
  return speak(stored.get() ?? (navigator.language.toLowerCase().startsWith('id') ? 'id' : 'en'));
}

export function TextsProvider({ first, children }: { first: Spoken; children: ReactNode }) {
  const [{ locale, dictionary }, setSpoken] = useState(first);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  const texts = useMemo<Texts>(() => {
    const t: Translate = (key, values = {}) =>
      dictionary[key].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
    const names = new Intl.DisplayNames(locale, { type: 'language' });
    return {
      locale,
      setLocale(next) {
        stored.set(next);
        void speak(next).then(setSpoken);
      },
      t,
      explain(error) {
        const key = `error${codeOf(error)}`;
        return key in en ? t(key as TextKey) : messageOf(error) || t('errorUnknown');
      },
      languageName(tag) {
        try {
          return names.of(tag) ?? tag;
        } catch {
          return tag;
        }
      },
    };
  }, [locale, dictionary]);
  return <Context value={texts}>{children}</Context>;
}

export function useTexts(): Texts {
  const texts = use(Context);
  if (!texts) throw new Error('useTexts needs a TextsProvider');
  return texts;
}

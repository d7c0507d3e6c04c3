import { kept } from './kept.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const stored = kept<Theme>('lectern-theme', THEMES);

export function currentTheme(): Theme {
  return stored.get() ?? 'auto';
}

/** Every colour is a `light-dark()`: the scheme of the root chooses. */
export function applyTheme(theme: Theme): void {
  document.documentElement.style.colorScheme = theme === 'auto' ? 'light dark' : theme;
}

export function chooseTheme(theme: Theme): void {
  stored.set(theme);
  applyTheme(theme);
}

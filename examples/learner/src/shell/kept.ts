/** One of some words that the browser keeps; null when it keeps none, or may keep nothing. */
export function kept<Word extends string>(key: string, words: readonly Word[]) {
  return {
    get(): Word | null {
      try {
        const word = localStorage.getItem(key) as Word | null;
        return word !== null && words.includes(word) ? word : null;
      } catch {
        return null;
      }
    },
    set(word: Word): void {
      try {
        localStorage.setItem(key, word);
      } catch {
        // Then it holds until the page is closed.
      }
    },
  };
}

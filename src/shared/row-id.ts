/** The row's integer behind an `ID`, or null for what can be no row's: the caller answers as for an unknown row. */
export function rowId(id: string): number | null {
  if (!/^[1-9]\d{0,15}$/.test(id)) return null;
  const number = Number(id);
  return Number.isSafeInteger(number) ? number : null;
}

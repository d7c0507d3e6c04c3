/** Columns in the database are written with underscores, in our code in camel case. */

const known = new Map<string, string>();

/** A column's name in our code. Remembered: there are few, and each comes with every answer. */
export function camelCase(name: string): string {
  let found = known.get(name);
  if (found === undefined) {
    found = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    known.set(name, found);
  }
  return found;
}

/** A column's or table's name in the database. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Lists of values as rows. @param names of the values, in camel case */
export function named<Row>(lists: readonly (readonly unknown[])[], names: readonly string[]): Row[] {
  return lists.map((values) => {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index++) row[names[index] as string] = values[index];
    return row as Row;
  });
}

import type { Tables } from './tables.js';

export type TableName = keyof Tables & string;
export type ColumnName<Table extends TableName> = keyof Tables[Table] & string;

/** A table, and those of its columns that an API type is made of. A leaf field is the column of its name. */
export interface Source<Table extends TableName = TableName, Column extends string = string> {
  readonly table: Table;
  readonly columns: readonly Column[];
}

/** A row as it is read from a source. */
export type RowOf<S> =
  S extends Source<infer Table, infer Column> ? Pick<Tables[Table], Column & keyof Tables[Table]> : never;

export function source<Table extends TableName, const Column extends ColumnName<Table>>(
  table: Table,
  columns: readonly Column[],
): Source<Table, Column> {
  return { table, columns };
}

/** Its columns as Kysely selects them beside those of joined tables. */
export function columnsOf<Table extends TableName, Column extends string>({
  table,
  columns,
}: Source<Table, Column>): `${Table}.${Column}`[] {
  return columns.map((column) => `${table}.${column}` as const);
}

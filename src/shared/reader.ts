/** What a statement is given and gives, as the database has it. */
export type SqlValue = string | number | null;

/**
 * The read handle for statements that were compiled before: committed rows only. Gives them at once where the database
 * is in this process, else as a promise.
 */
export interface Reader {
  /** The rows as arrays of values, in the order that the statement selects them. */
  arrays(sql: string, values: readonly SqlValue[]): SqlValue[][] | Promise<SqlValue[][]>;
  /** The rows with the names of their columns in camel case. */
  rows<Row>(sql: string, values: readonly SqlValue[]): Row[] | Promise<Row[]>;
}

/**
 * The tables that the read handle knows, with their columns in camel case. Empty here: each row file adds its own
 * by declaration merging, so that a slice's tables are typed without `shared` knowing any slice.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the row files
export interface Tables {}

/** A row as it is read: a nullable column is null, never absent. */
export type Columns<Row> = { [K in keyof Row as K extends string ? K : never]-?: Exclude<Row[K], undefined> };

import type { Compilable, Kysely } from 'kysely';
import type { App } from './app.js';
import type { SqlValue } from './reader.js';
import type { Tables } from './tables.js';

/** A place in a statement for a value that is given when it runs. */
export class Parameter<Name extends PropertyKey = PropertyKey> {
  constructor(readonly name: Name) {}
}

export type Param<Params> = <Name extends keyof Params>(name: Name) => Params[Name];

/**
 * A read that is built once for a server and then only run: building a query costs more than most of them take.
 * @param build gives the query; `param` stands for the value of that name
 */
export function statement<Params extends { [name: string]: SqlValue }, Row>(
  build: (read: Kysely<Tables>, param: Param<Params>) => Compilable<Row>,
): (app: Pick<App, 'read' | 'reader'>, params: Params) => Row[] | Promise<Row[]> {
  const compiled = new WeakMap<App['read'], { sql: string; parameters: readonly unknown[] }>();
  return ({ read, reader }, params) => {
    let query = compiled.get(read);
    if (!query) {
      query = build(read, (name) => new Parameter(name) as never).compile();
      compiled.set(read, query);
    }
    const values = query.parameters.map((each) => (each instanceof Parameter ? params[each.name as string] : each));
    return reader.rows<Row>(query.sql, values as SqlValue[]);
  };
}

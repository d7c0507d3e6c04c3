import type { JsonSql, LeafType } from '../shared/dialect.js';

/** JSON in SQLite. A scalar sub-select keeps its JSON subtype; wrapping it in `json()` would parse it again. */
export const sqliteJson: JsonSql = {
  object: (members) => `json_object(${members.map(([name, value]) => `'${name}', ${value}`).join(', ')})`,
  list: (element, from) => `(select json_group_array(${element}) from ${from})`,
  joined: (element) => `group_concat(${element}, char(30))`,
  positions: (columns) => `group_concat(${columns.join(` || ':' || `)}, ' ')`,
  documents(column, members) {
    const object = members.map(([name, member, type]) => [name, memberOf(member, type)] as const);
    return `(select json_group_array(${sqliteJson.object(object)}) from json_each(${column}))`;
  },
  leaf,
  constant: (text) => `'${text}'`,
  count: (expression) => expression,
  place: (index, id, otherwise) =>
    `case when ${id} is null then ${otherwise} else json_object('$', json_array(${index}, ${id})) end`,
  // A whole number of seconds is written without a fraction.
  seconds: (column) => `iif(${column} % 1000 = 0, ${column} / 1000, ${column} / 1000.0)`,
};

function leaf(column: string, type: LeafType): string {
  if (type === 'id') return `cast(${column} as text)`;
  if (type === 'boolean')
    return `json(case when ${column} is null then null when ${column} then 'true' else 'false' end)`;
  if (type === 'dateTime') {
    // A fifth of what strftime() takes. The thousand before the milliseconds keeps their zeros.
    const seconds = `${column} / 1000, 'unixepoch'`;
    return `date(${seconds}) || 'T' || time(${seconds}) || '.' || substr(1000 + ${column} % 1000, 2) || 'Z'`;
  }
  return column;
}

/** `->` gives JSON as it is stored, so that numbers keep their digits; `->>` the text of an id. */
function memberOf(member: string, type: LeafType): string {
  return type === 'id' ? `cast(value ->> '${member}' as text)` : `value -> '${member}'`;
}

import { type JsonSql, type LeafType, ROW_SEPARATOR } from '../../shared/dialect.js';

/**
 * JSON in PostgreSQL, as texts that are joined: its own functions write spaces that `JSON.stringify` does not, and
 * `jsonb` another order. Each expression gives the JSON of a value, or null for null.
 */
export const postgresJson: JsonSql = {
  object(members) {
    const written = members.map(([name, value], index) => {
      const key = `${index === 0 ? '{' : ','}"${name}":`;
      return `'${key}' || coalesce(${value}, 'null')`;
    });
    return `(${[...written, `'}'`].join(' || ')})`;
  },
  list: (element, from) => `(select '[' || coalesce(string_agg(${element}, ','), '') || ']' from ${from})`,
  joined: (element) => `string_agg(${element}, chr(${ROW_SEPARATOR.charCodeAt(0)}))`,
  positions: (columns) => `string_agg(concat_ws(':', ${columns.join(', ')}), ' ')`,
  documents(column, members) {
    const object = postgresJson.object(members.map(([name, member, type]) => [name, memberOf(member, type)] as const));
    const items = `json_array_elements(${column}) with ordinality as item(value, place)`;
    return `(select '[' || coalesce(string_agg(${object}, ',' order by place), '') || ']' from ${items})`;
  },
  leaf,
  constant: (text) => `'${JSON.stringify(text)}'`,
  count: (expression) => `(${expression})::text`,
  place: (index, id, otherwise) =>
    `case when ${id} is null then ${otherwise} else '{"$":[${index},' || ${id} || ']}' end`,
  seconds: (column) => `trim_scale(${column} / 1000.0)::text`,
};

function leaf(column: string, type: LeafType): string {
  if (type === 'id') return `'"' || ${column} || '"'`;
  if (type === 'boolean') return `${column}::text`;
  if (type === 'dateTime') {
    const time = `timestamp 'epoch' + ${column} * interval '1 millisecond'`;
    return `'"' || to_char(${time}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"'`;
  }
  return `to_json(${column})::text`;
}

/** As it is stored: numbers keep their digits. */
function memberOf(member: string, type: LeafType): string {
  return type === 'id' ? `'"' || (value ->> '${member}') || '"'` : `(value -> '${member}')::text`;
}

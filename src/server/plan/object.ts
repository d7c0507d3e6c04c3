import {
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { JsonSql, LeafType } from '../../shared/dialect.js';
import type { Reading } from '../../shared/reading.js';
import type { TextFrom } from '../../shared/relation.js';
import type { Source } from '../../shared/source.js';
import type { Fragments } from '../operation.js';
import { type Flags, type Selected, selectedFields } from './selection.js';
import type { Tails } from './shaped-statement.js';
import { Unplanned } from './unplanned.js';

/** What all plans of a server are made with. */
export interface Planning {
  schema: GraphQLSchema;
  json: JsonSql;
  tails: Tails;
}

/** What the expressions of one plan have in common. */
export class Sketch {
  /** The tables that it reads. */
  readonly tables = new Set<string>();
  /** What makes the texts that stand in places of the JSON. */
  readonly texts: TextFrom[] = [];
  #aliases = 0;

  readonly json: JsonSql;
  readonly tails: Tails;

  constructor(
    { json, tails }: Planning,
    readonly fragments: Fragments,
    readonly flags: Flags,
  ) {
    this.json = json;
    this.tails = tails;
  }

  alias(): string {
    this.#aliases++;
    return `t${this.#aliases}`;
  }
}

/** Rows under an alias, and the columns of them that an expression has used. */
export class Rows {
  readonly #used = new Set<string>();

  constructor(
    readonly alias: string,
    private readonly source: Source,
    sketch: Sketch,
  ) {
    sketch.tables.add(source.table);
  }

  column(name: string): string {
    if (!this.source.columns.includes(name)) throw new Unplanned(`no column ${name}`);
    return this.joinColumn(name);
  }

  /** A column that rows meet by, which the API need not show. */
  joinColumn(name: string): string {
    this.#used.add(name);
    return `${this.alias}.${quoted(name)}`;
  }

  /** What a subquery must select for the expressions to find it. */
  get used(): string[] {
    return [...this.#used];
  }
}

/** SQL for the object that a row becomes. @throws Unplanned for a field that is not declared */
export function objectSql(
  sketch: Sketch,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  rows: Rows,
): string {
  const fields = selectedFields(sets, type, sketch);
  return sketch.json.object(fields.map((selected) => [selected.key, valueSql(sketch, type, selected, rows)]));
}

function valueSql(sketch: Sketch, parent: GraphQLObjectType, selected: Selected, rows: Rows): string {
  const { field, selections } = selected;
  if (field.name === '__typename') return sketch.json.constant(parent.name);
  if (field.args.length > 0) throw new Unplanned(`arguments of ${field.name}`);
  const reading = field.extensions.reading as Reading | undefined;
  const type = getNamedType(field.type);
  if (!reading) {
    if (field.resolve || !isLeafType(type)) throw new Unplanned(`${parent.name}.${field.name} is not declared`);
    return sketch.json.leaf(rows.column(field.name), leafType(type.name));
  }
  switch (reading.kind) {
    case 'one':
      return relatedSql(sketch, type, selections, { ...reading, meets: rows.joinColumn(reading.from) });
    case 'many':
      return relatedSql(sketch, type, selections, { ...reading, meets: rows.joinColumn('id') });
    case 'count': {
      sketch.tables.add(reading.table);
      const alive = reading.live ? ' and deleted_at is null' : '';
      const counted = `${quoted(reading.table)} where ${quoted(reading.key)} = ${rows.joinColumn('id')}${alive}`;
      return sketch.json.count(`(select count(*) from ${counted})`);
    }
    case 'seconds':
      return sketch.json.seconds(rows.column(reading.column));
    case 'text': {
      const otherwise =
        reading.otherwise === null ? 'null' : sketch.json.leaf(rows.column(reading.otherwise), 'stored');
      return sketch.json.place(sketch.texts.push(reading) - 1, rows.column(reading.column), otherwise);
    }
    case 'documents':
      return sketch.json.documents(rows.column(reading.column), members(sketch, type, selections));
    default:
      throw new Unplanned(`${parent.name}.${field.name} is read by itself`);
  }
}

function relatedSql(
  sketch: Sketch,
  type: unknown,
  selections: readonly SelectionSetNode[],
  relation: { target: Source; key: string; meets: string; orderBy?: string; live?: boolean },
): string {
  if (!isObjectType(type)) throw new Unplanned('a relation to no object');
  const { target, key, meets, orderBy, live } = relation;
  const rows = new Rows(sketch.alias(), target, sketch);
  const object = objectSql(sketch, type, selections, rows);
  const meeting = `${quoted(key)} = ${meets}${live ? ' and deleted_at is null' : ''}`;
  if (!orderBy) return `(select ${object} from ${quoted(target.table)} ${rows.alias} where ${rows.alias}.${meeting})`;
  const columns = rows.used.map(quoted).join(', ') || '1';
  const ordered = `select ${columns} from ${quoted(target.table)} where ${meeting} order by ${quoted(orderBy)}`;
  return sketch.json.list(object, `(${ordered}) ${rows.alias}`);
}

function members(sketch: Sketch, type: unknown, selections: readonly SelectionSetNode[]) {
  if (!isObjectType(type)) throw new Unplanned('a document of no object');
  return selectedFields(selections, type, sketch).map(({ key, field }) => {
    const leaf = getNullableType(field.type);
    if (field.resolve || isListType(leaf) || !isLeafType(leaf) || field.name === '__typename') {
      throw new Unplanned(`${type.name}.${field.name} in a document`);
    }
    // Its digits stand in the document as they will in the answer.
    return [key, field.name, LEAVES[leaf.name] ?? 'stored'] as const;
  });
}

const LEAVES: Record<string, LeafType> = { ID: 'id', Boolean: 'boolean', DateTime: 'dateTime' };

/** A number with a fraction is written in another way by each database: where one is declared, it is by `secondsOf`. */
function leafType(name: string): LeafType {
  if (name === 'Float') throw new Unplanned('a Float');
  return LEAVES[name] ?? 'stored';
}

/** A name of ours as a column or table of the database. */
export function quoted(name: string): string {
  return `"${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`;
}

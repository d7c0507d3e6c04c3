import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isObjectType,
} from 'graphql';
import type { School } from './school.js';

/** An operation as a client might send it. */
export interface Generated {
  query: string;
  variables: Record<string, unknown>;
  operationName?: string;
}

const DEEPEST = 5;

/** Random operations over the schema, the same for the same seed. */
export class OperationGenerator {
  #state: number;
  #variables: { definition: string; name: string; value: unknown }[] = [];
  #fragments: string[] = [];
  #aliases = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly school: School,
    seed: number,
  ) {
    this.#state = Math.imul(seed + 1, 2654435761) >>> 0;
  }

  next(roots: readonly string[]): Generated {
    this.#variables = [];
    this.#fragments = [];
    this.#aliases = 0;
    const query = this.schema.getQueryType() as GraphQLObjectType;
    const fields = Array.from({ length: 1 + this.#below(3) }, (_, index) => {
      const field = query.getFields()[this.#oneOf(roots)] as GraphQLField<unknown, unknown>;
      return this.#field(field, 0, `r${index}`);
    });
    if (this.#chance(0.1)) fields.push('__typename');
    if (this.#chance(0.1)) fields.push(`about: __type(name: "Course") {name fields {name ${this.#directive()}}}`);
    if (this.#chance(0.05)) fields.push('__schema {queryType {...Kind}} __type(name: "None") {...Kind}');
    if (fields.some((field) => field.includes('...Kind'))) this.#fragments.push('fragment Kind on __Type {kind name}');
    const definitions = this.#variables.map(({ definition }) => definition).join(' ');
    const head = this.#chance(0.5) || definitions ? `query Q${definitions && `(${definitions})`}` : '';
    const text = `${head} {${fields.join(' ')}} ${this.#fragments.join(' ')}`;
    const variables = Object.fromEntries(
      this.#variables.filter(({ value }) => value !== undefined).map(({ name, value }) => [name, value]),
    );
    return { query: text, variables };
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, alias?: string): string {
    const type = getNamedType(field.type);
    const args = field.args.map((each) => this.#argument(each)).filter(Boolean);
    const named = alias ?? (this.#aliases < 12 && this.#chance(0.1) ? `a${this.#aliases++}` : null);
    const below = isObjectType(type) ? ` {${this.#selection(type, depth + 1)}}` : '';
    const list = args.length > 0 ? `(${args.join(', ')})` : '';
    return `${named ? `${named}: ` : ''}${field.name}${list}${alias ? '' : this.#directive()}${below}`;
  }

  #selection(type: GraphQLObjectType, depth: number): string {
    const fields = Object.values(type.getFields()).filter(
      (field) => depth < DEEPEST || !isObjectType(getNamedType(field.type)),
    );
    // Without arguments of their own, and never empty.
    const plain = fields.filter(({ args }) => args.length === 0 || this.#chance(0.1));
    const chosen = plain.filter(() => this.#chance(0.45)).map((field) => this.#field(field, depth));
    if (this.#chance(0.15)) chosen.push('__typename');
    if (this.#chance(0.15)) chosen.push(`... on ${type.name} {__typename}`);
    if (this.#chance(0.1) && chosen.length > 0) {
      const name = `F${this.#fragments.length}`;
      this.#fragments.push(`fragment ${name} on ${type.name} {${chosen.join(' ')}}`);
      return `...${name}${this.#chance(0.3) ? ' __typename' : ''}`;
    }
    return chosen.length > 0 ? this.#shuffled(chosen).join(' ') : '__typename';
  }

  #directive(): string {
    if (!this.#chance(0.06)) return '';
    const name = this.#oneOf(['include', 'skip']);
    if (this.#chance(0.3)) return ` @${name}(if: ${this.#chance(0.5)})`;
    return ` @${name}(if: ${this.#variable('Boolean!', this.#chance(0.5))})`;
  }

  #argument(argument: GraphQLArgument): string | null {
    const { name, type } = argument;
    const required = String(type).endsWith('!');
    if (!required && this.#chance(0.5)) return null;
    const value = this.#valueOf(argument);
    if (!this.#chance(0.6)) return `${name}: ${isEnumType(getNamedType(type)) ? value : JSON.stringify(value)}`;
    const given = !required && this.#chance(0.1) ? this.#oneOf([null, undefined]) : value;
    return `${name}: ${this.#variable(String(type), given)}`;
  }

  #valueOf({ name, type }: GraphQLArgument): unknown {
    const { courses, lessons, chats } = this.school;
    const named = getNamedType(type);
    if (isEnumType(named)) return this.#oneOf(named.getValues()).name;
    if (name === 'first') return this.#oneOf([1, 2, 3, 20, 100, 0, 101, -1]);
    if (name === 'after') return this.#oneOf([CURSOR, ID_CURSOR, 'nonsense', '']);
    if (name === 'search') return this.#oneOf(['', '1', 'quoted back', 'É', '%', 'x'.repeat(201)]);
    if (this.#chance(0.05)) return this.#oneOf(['x', '0', '-1', '99999999999999999999', '']);
    return String(1 + this.#below(Math.max(courses, lessons, chats) + 2));
  }

  #variable(type: string, value: unknown): string {
    const name = `v${this.#variables.length}`;
    const fallback = !type.endsWith('!') && type === 'Int' && this.#chance(0.2) ? ' = 2' : '';
    this.#variables.push({ definition: `$${name}: ${type}${fallback}`, name, value });
    return `$${name}`;
  }

  #shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => [this.#random(), item] as const)
      .toSorted(([a], [b]) => a - b)
      .map(([, item]) => item);
  }

  #oneOf<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T;
  }

  #chance(probability: number): boolean {
    return this.#random() < probability;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** A xorshift generator. */
  #random(): number {
    this.#state = (this.#state ^ (this.#state << 13)) >>> 0;
    this.#state = (this.#state ^ (this.#state >>> 17)) >>> 0;
    this.#state = (this.#state ^ (this.#state << 5)) >>> 0;
    return this.#state / 2 ** 32;
  }
}

const CURSOR = Buffer.from('1700000002125:7').toString('base64url');
const ID_CURSOR = Buffer.from('5').toString('base64url');

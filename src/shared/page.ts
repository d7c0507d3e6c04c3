import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { badInput } from './coded-error.js';

const DEFAULT_FIRST = 20;
const MOST = 100;

/** Where a row stands in its list: the values that it is sorted by, last the id. */
export type Position = readonly number[];

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

@ArgsType()
export class ConnectionArgs implements PageArgs {
  @Field(() => Int, { nullable: true, defaultValue: DEFAULT_FIRST, description: 'Rows of the page, 1 to 100.' })
  first!: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor of this list: the page begins after its row.' })
  after!: string | null;
}

export interface Connection<Row> {
  nodes: Row[];
  edges: { cursor: string; node: Row }[];
  pageInfo: PageInfo;
  readonly totalCount: Promise<number>;
}

/**
 * One page of a list, read by position and not by number, so that rows inserted meanwhile neither repeat nor hide any.
 * `totalCount` is counted only when the operation selects it.
 * @throws BAD_USER_INPUT on `first` outside 1-100 or an `after` that is no cursor of such a list
 */
export async function readPage<Row>(
  args: PageArgs,
  list: {
    rows(limit: number, after: Position | null): Promise<Row[]>;
    count(): Promise<number>;
    position(row: Row): Position;
    /** How many numbers a position has. */
    width: number;
  },
): Promise<Connection<Row>> {
  const { first, after } = readPageArgs(args, list.width);
  const rows = await list.rows(first + 1, after);
  const nodes = rows.slice(0, first);
  const edges = nodes.map((node) => ({ cursor: writeCursor(list.position(node)), node }));
  return {
    nodes,
    edges,
    pageInfo: {
      hasNextPage: rows.length > nodes.length,
      hasPreviousPage: after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    get totalCount() {
      return list.count();
    },
  };
}

/** @throws BAD_USER_INPUT */
export function readPageArgs(args: PageArgs, width: number): { first: number; after: Position | null } {
  const first = args.first ?? DEFAULT_FIRST;
  if (first < 1 || first > MOST) throw badInput('first', `Ask for 1 to ${MOST} rows at a time.`);
  return { first, after: args.after == null ? null : readCursor(args.after, width) };
}

@ObjectType({
  simpleResolvers: true,
  description: 'Where a page stands in its list, as in the Relay connection specification.',
})
export class PageInfo {
  @Field({ description: 'Whether rows follow this page.' })
  hasNextPage!: boolean;

  @Field({ description: 'Whether this page was read with `after`, so that rows may precede it.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first row; null when the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last row: send it as `after` to read on. Null when the page is empty.',
  })
  endCursor!: string | null;
}

/** The connection and edge classes of a node class. Call once for each noun. */
export function connectionOf<T extends object>(name: string, node: () => ClassType<T>) {
  @ObjectType(`${name}Edge`, { simpleResolvers: true, description: `A ${name} and its place in the list.` })
  class Edge {
    @Field({ description: 'Opaque; stays valid while rows are inserted.' })
    cursor!: string;

    @Field(node, { description: `The ${name}.` })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of a list of ${name}.` })
  class NodeConnection {
    @Field(() => [node()], { description: 'The rows of this page.' })
    nodes!: T[];

    @Field(() => [Edge], { description: 'The rows with their cursors.' })
    edges!: Edge[];

    @Field(() => PageInfo, { description: 'Where this page stands.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'All rows that the viewer may see, over all pages.' })
    totalCount!: number;
  }
  return NodeConnection;
}

function writeCursor(position: Position): string {
  return cursorOf(position.join(':'));
}

/** The cursor of a position, whose numbers are parted by colons. */
export function cursorOf(position: string): string {
  return Buffer.from(position, 'latin1').toString('base64url');
}

function readCursor(cursor: string, width: number): Position {
  const text = Buffer.from(cursor.slice(0, 100), 'base64url').toString();
  const position = /^\d+(:\d+)*$/.test(text) ? text.split(':').map(Number) : [];
  if (position.length === width && position.every(Number.isSafeInteger)) return position;
  throw badInput('after', 'This is no cursor of this list: send an `endCursor` or `cursor` that it gave.');
}

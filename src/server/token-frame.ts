import {
  type DocumentNode,
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getVariableValues,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, fragmentsOf } from './operation.js';

/** Writes the result of a subscription for one `TutorToken`, as JSON: what `execute` and `JSON.stringify` would give. */
export type TokenWriter = (offset: number, text: string) => string;

/** Makes the writer for one answer. @param before stands before its results, and `after` after them */
export type TokenFrame = (chatId: number, before: string, after: string) => TokenWriter;

/**
 * Compiles what a subscription selects of a `TutorToken` to a writer of its results, so that a token costs the joining of
 * a few strings instead of an execution. Null for what is not worth it: then each event is executed.
 * @param document is valid, and `operation` one of its subscriptions
 */
export function compileTokenFrame(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | null | undefined,
): TokenFrame | null {
  const known = frames.get(operation);
  if (known !== undefined) return known;
  const subscription = schema.getSubscriptionType();
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (!subscription || !coerced) return null;
  const collector = new Collector(schema, fragmentsOf(document), coerced);
  const [root, ...others] = collector.fieldsOf([operation.selectionSet], subscription.name);
  const [rootKey, rootNodes] = root ?? [];
  const rootField = subscription.getFields()[rootNodes?.[0]?.name.value ?? ''];
  if (!rootField || !rootNodes || others.length > 0 || getNamedType(rootField.type).name !== 'TutorEvent') return null;
  const sets = rootNodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const frame = frameOf(rootKey as string, collector.fieldsOf(sets, 'TutorToken'));
  // Where nothing is included or skipped, all runs of an operation select the same.
  if (!collector.isConditional) frames.set(operation, frame);
  return frame;
}

const frames = new WeakMap<OperationDefinitionNode, TokenFrame | null>();

/** What is known of a result before it is written: text, and the places of what is not. */
type Part = { fixed: string } | 'chatId' | 'offset' | 'text';

function frameOf(rootKey: string, fields: [key: string, nodes: FieldNode[]][]): TokenFrame | null {
  const parts: Part[] = [{ fixed: `{"data":{${JSON.stringify(rootKey)}:{` }];
  for (const [index, [key, [node]]] of fields.entries()) {
    parts.push({ fixed: `${index > 0 ? ',' : ''}${JSON.stringify(key)}:` });
    const name = node?.name.value ?? '';
    if (name === '__typename') parts.push({ fixed: '"TutorToken"' });
    else if (name === 'chatId' || name === 'offset' || name === 'text') parts.push(name);
    else return null;
  }
  parts.push({ fixed: '}}}' });
  return (chatId, before, after) => {
    const known = parts.map((part) => (part === 'chatId' ? { fixed: `"${chatId}"` } : part));
    return writerOf(joined([{ fixed: before }, ...known, { fixed: after }]));
  };
}

/** Neighbours of fixed text as one. */
function joined(parts: readonly Part[]): Part[] {
  return parts.reduce<Part[]>((all, part) => {
    const last = all.at(-1);
    if (typeof last === 'object' && typeof part === 'object') all[all.length - 1] = { fixed: last.fixed + part.fixed };
    else all.push(part);
    return all;
  }, []);
}

function writerOf(parts: readonly Part[]): TokenWriter {
  const [start, first, middle, second, end] = parts;
  // What nearly every client selects.
  if (parts.length === 5 && first === 'offset' && second === 'text') {
    const [from, between, to] = [start, middle, end].map((part) => (part as { fixed: string }).fixed);
    return (offset, text) => `${from}${offset}${between}${JSON.stringify(text)}${to}`;
  }
  return (offset, text) => {
    let json = '';
    for (const part of parts) {
      if (typeof part === 'object') json += part.fixed;
      else json += part === 'text' ? JSON.stringify(text) : offset;
    }
    return json;
  };
}

/** GraphQL's CollectFields (specification, 6.3.2): the fields of an object by their key, in the order of first sight. */
class Collector {
  /** Whether a directive was met on the way: other variables may then select other fields. */
  isConditional = false;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly variables: Record<string, unknown>,
  ) {}

  fieldsOf(sets: readonly SelectionSetNode[], typeName: string): [key: string, nodes: FieldNode[]][] {
    const fields = new Map<string, FieldNode[]>();
    const visited = new Set<string>();
    for (const set of sets) this.#collect(set, typeName, fields, visited);
    return [...fields];
  }

  #collect(
    { selections }: SelectionSetNode,
    typeName: string,
    fields: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.directives?.length) this.isConditional = true;
      const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.variables);
      const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.variables);
      if (skip?.if === true || include?.if === false) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(key);
        if (nodes) nodes.push(selection);
        else fields.set(key, [selection]);
        continue;
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      if (isSpread && visited.has(selection.name.value)) continue;
      if (isSpread) visited.add(selection.name.value);
      const fragment = isSpread ? this.fragments.get(selection.name.value) : selection;
      if (fragment && this.#applies(fragment.typeCondition?.name.value, typeName)) {
        this.#collect(fragment.selectionSet, typeName, fields, visited);
      }
    }
  }

  #applies(condition: string | undefined, typeName: string): boolean {
    if (condition === undefined || condition === typeName) return true;
    const [type, object] = [this.schema.getType(condition), this.schema.getType(typeName)];
    return isAbstractType(type) && isObjectType(object) && this.schema.isSubType(type, object);
  }
}

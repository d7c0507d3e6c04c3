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
export type TokenWriter = (chatId: string, offset: number, text: string) => string;

/**
 * Compiles what a subscription selects of a `TutorToken` to a writer of its results, so that a token costs the joining of
 * a few strings instead of an execution. Null for what is not worth it: then each event is executed.
 * @param document is valid, and `operation` one of its subscriptions
 */
export function compileTokenWriter(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | null | undefined,
): TokenWriter | null {
  const known = writers.get(operation);
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
  const writer = writerOf(rootKey as string, collector.fieldsOf(sets, 'TutorToken'));
  // Where nothing is included or skipped, all runs of an operation select the same.
  if (!collector.isConditional) writers.set(operation, writer);
  return writer;
}

const writers = new WeakMap<OperationDefinitionNode, TokenWriter | null>();

function writerOf(rootKey: string, fields: [key: string, nodes: FieldNode[]][]): TokenWriter | null {
  const parts = new Parts(`{"data":{${JSON.stringify(rootKey)}:{`);
  for (const [index, [key, [node]]] of fields.entries()) {
    parts.fixed(`${index > 0 ? ',' : ''}${JSON.stringify(key)}:`);
    const name = node?.name.value ?? '';
    if (name === '__typename') parts.fixed('"TutorToken"');
    else if (name === 'chatId' || name === 'offset' || name === 'text') parts.filled(name);
    else return null;
  }
  parts.fixed('}}}');
  return parts.writer();
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

type Filled = 'chatId' | 'offset' | 'text';

/** Fixed text with what is filled in between. */
class Parts {
  readonly #fixed: string[] = [];
  readonly #filled: Filled[] = [];

  constructor(private text: string) {}

  fixed(text: string): void {
    this.text += text;
  }

  filled(name: Filled): void {
    this.#fixed.push(this.text);
    this.#filled.push(name);
    this.text = '';
  }

  writer(): TokenWriter {
    const [fixed, filled, last] = [this.#fixed, this.#filled, this.text];
    return (chatId, offset, text) => {
      let json = '';
      for (let index = 0; index < filled.length; index++) {
        json += fixed[index];
        if (filled[index] === 'text') json += JSON.stringify(text);
        else if (filled[index] === 'offset') json += offset;
        else json += `"${chatId}"`;
      }
      return json + last;
    };
  }
}

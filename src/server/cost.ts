import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  getVariableValues,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  valueFromAST,
} from 'graphql';
import { eachSelection, type Fragments, fragmentsOf } from './operation.js';

/** How many objects a list without `first` is taken for. */
const LIST_SIZES: Record<string, number> = { lessons: 20, transcripts: 5 };
/** A search looks at thousands of rows to give a page, for each of its words: 1 for each character is added. */
const SEARCH_COST = 100;
/** A longer one is refused for that. */
const LONGEST_SEARCH = 200;
/** A cue is three scalars of one row: little enough less than an object for a thousand of each transcript of a lesson. */
const CUE_COST = 0.9;

/** The cost for a request's variables; 0 when they decide it and do not fit, which the execution refuses. */
export type CostFinder = (variables: Record<string, unknown> | null | undefined) => number;

/**
 * What an operation of a valid document may cost: a scalar 0, an object 1, a search 100 and 1 for each character, a list
 * its size times its element; `first` of a connection counts for what is below it, and introspection has a bound of its
 * own. Of a union all members count.
 * Counted once where no variable decides it.
 */
export function costFinder(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CostFinder {
  const root = schema.getRootType(operation.operation) as GraphQLObjectType;
  const fragments = fragmentsOf(document);
  const count = (variables: Record<string, unknown>) =>
    new Counter(schema, fragments, variables).ofSet(operation.selectionSet, root);
  if (!variesWithVariables(document)) {
    const fixed = count({});
    return () => fixed;
  }
  return (variables) => {
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
    return coerced ? count(coerced) : 0;
  };
}

/** Arguments that decide what a field costs. */
const DECISIVE = new Set(['first', 'query']);

/** Whether a variable decides how many rows are asked for, or what is selected. */
function variesWithVariables(document: DocumentNode): boolean {
  let varies = false;
  const isVariable = ({ value }: ArgumentNode) => value.kind === Kind.VARIABLE;
  eachSelection(document, (selection) => {
    varies ||= selection.directives?.some((directive) => directive.arguments?.some(isVariable)) ?? false;
    if (selection.kind !== Kind.FIELD) return;
    varies ||= selection.arguments?.some((each) => DECISIVE.has(each.name.value) && isVariable(each)) ?? false;
  });
  return varies;
}

class Counter {
  /** A fragment is counted once, however often it is spread: a fan-out of fragments costs no time. */
  readonly #known = new Map<FragmentDefinitionNode, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly variables: Record<string, unknown>,
  ) {}

  ofSet({ selections }: SelectionSetNode, parent: GraphQLNamedType): number {
    return selections.reduce((sum, selection) => sum + this.#ofSelection(selection, parent), 0);
  }

  #ofSelection(selection: SelectionNode, parent: GraphQLNamedType): number {
    if (!this.#isIncluded(selection)) return 0;
    if (selection.kind === Kind.FIELD) return this.#ofField(selection, parent);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#ofFragment(selection.name.value);
    const type = selection.typeCondition ? this.schema.getType(selection.typeCondition.name.value) : parent;
    return type ? this.ofSet(selection.selectionSet, type) : 0;
  }

  #ofFragment(name: string): number {
    const fragment = this.fragments.get(name);
    const type = fragment && this.schema.getType(fragment.typeCondition.name.value);
    if (!fragment || !type) return 0;
    const known = this.#known.get(fragment) ?? this.ofSet(fragment.selectionSet, type);
    this.#known.set(fragment, known);
    return known;
  }

  #ofField(node: FieldNode, parent: GraphQLNamedType): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    const type = field && getNamedType(field.type);
    if (!field || !type || !isCompositeType(type) || !node.selectionSet) return 0;
    const size = this.#sizeOf(field, node);
    const below = this.ofSet(node.selectionSet, type);
    const own =
      field.name === 'searchMoments'
        ? SEARCH_COST + Math.min(String(this.#argument(field, node, 'query')).length, LONGEST_SEARCH)
        : 1;
    return isListType(getNullableType(field.type)) ? size * (1 + below) : own + size * below;
  }

  /** How often what is below a field comes. A connection's own `nodes` and `edges` count once: its `first` has. */
  #sizeOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number {
    if (field.args.some(({ name }) => name === 'first')) {
      const isCues = field.name === 'cues';
      // The field itself refuses more, by name and before it reads anything.
      const first = Math.min(Math.max(1, Number(this.#argument(field, node, 'first') ?? 20)), isCues ? 1000 : 100);
      return isCues ? first * CUE_COST : first;
    }
    return isListType(getNullableType(field.type)) ? (LIST_SIZES[field.name] ?? 1) : 1;
  }

  #argument(field: GraphQLField<unknown, unknown>, node: FieldNode, name: string): unknown {
    const argument = field.args.find((each) => each.name === name);
    const value = node.arguments?.find((each) => each.name.value === name)?.value;
    const given = argument && value && valueFromAST(value, argument.type, this.variables);
    return given ?? argument?.defaultValue;
  }

  #isIncluded(selection: SelectionNode): boolean {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.variables);
    return skip?.if !== true && include?.if !== false;
  }
}

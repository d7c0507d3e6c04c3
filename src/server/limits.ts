import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { CodedError } from '../shared/coded-error.js';
import { eachSelection, type Fragments, fragmentsOf, rootFields } from './operation.js';
import { SMALL_BODY_BYTES } from './request-body.js';

/** What a document may be, on both transports. Decided before anything of it runs. */
export const LIMITS = {
  documentBytes: SMALL_BODY_BYTES,
  tokens: 2000,
  depth: 12,
  /** Of `__schema` and `__type`, one each per document: what GraphiQL and code generators ask. */
  introspectionDepth: 16,
  aliases: 30,
  /** Validation compares every two selections of one name: of each name, and such pairs in all. */
  sameField: 150,
  sameFieldPairs: 20_000,
  /** Spreads and inline ones: validation compares every two that stand side by side, and copies those that nest. */
  fragments: 150,
  directives: 50,
  rootFields: 20,
  /** Values of the variables, those within others too; how deep they nest. */
  variables: 2000,
  variableDepth: 10,
  cost: 5000,
} as const;

/**
 * The parsed document, when its text and shape are within the limits.
 * @throws QUERY_TOO_COMPLEX with the numbers; a GraphQLError on a syntax error
 */
export function parseWithinLimits(text: string): DocumentNode {
  within('documentBytes', Buffer.byteLength(text), 'The document is too large');
  const document = parseTokens(text);
  const fragments = fragmentsOf(document);
  const counts = { aliases: 0, directives: 0, fragments: 0 };
  const selected = new Map<string, number>();
  const countDirectives = ({ directives }: { directives?: readonly unknown[] | undefined }) => {
    counts.directives += directives?.length ?? 0;
  };
  for (const each of document.definitions) {
    if ('directives' in each) countDirectives(each);
    if ('variableDefinitions' in each) each.variableDefinitions?.forEach(countDirectives);
  }
  eachSelection(document, (selection) => {
    countDirectives(selection);
    if (selection.kind !== Kind.FIELD) {
      counts.fragments++;
      return;
    }
    if (selection.alias) counts.aliases++;
    selected.set(selection.name.value, (selected.get(selection.name.value) ?? 0) + 1);
  });
  within('sameField', Math.max(0, ...selected.values()), 'The document selects a field too often');
  const pairs = selected.values().reduce((sum, times) => sum + (times * (times - 1)) / 2, 0);
  within('sameFieldPairs', pairs, 'The document selects fields too often: pairs of one name');
  within('aliases', counts.aliases, 'The document has too many aliases');
  within('directives', counts.directives, 'The document has too many directives');
  within('fragments', counts.fragments, 'The document spreads too many fragments');
  const depths = new Depths(fragments);
  for (const each of document.definitions) {
    if (each.kind === Kind.OPERATION_DEFINITION) checkOperation(rootFields(each, fragments), depths);
  }
  return document;
}

/** @throws QUERY_TOO_COMPLEX above the limit */
export function checkCost(cost: number): void {
  within('cost', cost, 'The operation costs too much');
}

/**
 * Before they are held against their types. Text counts by its size, with the body that brings it.
 * @throws QUERY_TOO_COMPLEX
 */
export function checkVariables(variables: Record<string, unknown> | null | undefined): void {
  let count = 0;
  const check = (values: object, depth: number) => {
    within('variableDepth', depth, 'The variables are nested too deeply');
    for (const value of Object.values(values)) {
      within('variables', ++count, 'The variables hold too many values');
      if (typeof value === 'object' && value !== null) check(value, depth + 1);
    }
  };
  if (variables) check(variables, 1);
}

/**
 * Above what anyone may send there is one thing to send: a transcript.
 * @throws PAYLOAD_TOO_LARGE
 */
export function checkBodySize(bytes: number, roots: readonly string[]): void {
  if (bytes <= SMALL_BODY_BYTES) return;
  if (roots.every((name) => name === 'setTranscript' || name === '__typename')) return;
  throw new CodedError('PAYLOAD_TOO_LARGE', 'Only setTranscript may be larger than 100 kB.');
}

function parseTokens(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: LIMITS.tokens });
  } catch (error) {
    if (error instanceof RangeError) throw tooComplex('The document is nested too deeply to be read.');
    // graphql-js gives this one error no name of its own.
    if (!(error instanceof Error) || !/more tha\w \d+ tokens/.test(error.message)) throw error;
    throw tooComplex(`The document has more than ${LIMITS.tokens} tokens.`);
  }
}

function checkOperation(roots: readonly FieldNode[], depths: Depths): void {
  within('rootFields', roots.length, 'The operation has too many fields at its root');
  const introspection = roots.filter(isIntrospection);
  const names = introspection.map((field) => field.name.value);
  if (new Set(names).size < names.length) throw tooComplex('Ask for __schema and for __type once per document.');
  for (const field of roots) {
    const limit = isIntrospection(field) ? 'introspectionDepth' : 'depth';
    within(limit, depths.ofField(field), 'The operation is nested too deeply');
  }
}

function isIntrospection({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

/** How deep fields nest; a fragment is measured once, however often it is spread, so that a fan-out costs nothing. */
class Depths {
  readonly #known = new Map<FragmentDefinitionNode, number>();

  constructor(private readonly fragments: Fragments) {}

  ofField(field: FieldNode): number {
    return 1 + (field.selectionSet ? this.#of(field.selectionSet) : 0);
  }

  #of({ selections }: SelectionSetNode): number {
    return selections.reduce((deepest, selection) => Math.max(deepest, this.#ofSelection(selection)), 0);
  }

  #ofSelection(selection: SelectionNode): number {
    if (selection.kind === Kind.FIELD) return this.ofField(selection);
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.#of(selection.selectionSet);
    const fragment = this.fragments.get(selection.name.value);
    if (!fragment) return 0;
    const known = this.#known.get(fragment);
    if (known !== undefined) return known;
    // A fragment that spreads itself is refused by validation; until then it has no depth of its own.
    this.#known.set(fragment, 0);
    const depth = this.#of(fragment.selectionSet);
    this.#known.set(fragment, depth);
    return depth;
  }
}

function within(limit: keyof typeof LIMITS, actual: number, what: string): void {
  if (actual > LIMITS[limit]) throw tooComplex(`${what}: ${actual}, and at most ${LIMITS[limit]} are allowed.`);
}

function tooComplex(message: string): CodedError {
  return new CodedError('QUERY_TOO_COMPLEX', `${message} Ask for less at a time.`);
}

import {
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  ValidationContext,
  type ValidationRule,
  type VariableNode,
  validate,
} from 'graphql';

/**
 * Validation by the rules of graphql-js. Most documents are valid, and to find only that takes half the time of its
 * `validate`, which makes a visitor of each rule for every kind of node anew, and walks once more for the variables.
 * What is not found valid is given to `validate`: the errors are its own.
 */
export class Validator {
  readonly #steps: Steps;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly rules: readonly ValidationRule[],
  ) {
    this.#steps = stepsOf(schema, rules);
  }

  /** What is wrong with a document. */
  errorsOf(document: DocumentNode): readonly GraphQLError[] {
    return this.isValid(document) ? [] : validate(this.schema, document, this.rules);
  }

  /** False for a valid document too, when a rule does what rules of the specification do not: `validate` then decides. */
  isValid(document: DocumentNode): boolean {
    try {
      new Walk(this.schema, document, this.rules, this.#steps).through(document);
      return true;
    } catch {
      // Of whatever kind: if it was no fault of the document, `validate` meets it again.
      return false;
    }
  }
}

/** What a rule says to a node that it enters or leaves. */
type Step = (node: ASTNode, key: unknown, parent: unknown, path: unknown, ancestors: unknown) => unknown;
type RuleVisitor = Record<string, Step | { enter?: Step; leave?: Step } | undefined>;
/** For each kind of node the numbers of the rules that look at it. */
type Steps = Record<string, { enter: readonly number[]; leave: readonly number[] }>;

/** The parts of each kind of node that rules look at; no rule looks at a name by itself. */
const PARTS: Partial<Record<Kind, readonly string[]>> = {
  [Kind.DOCUMENT]: ['definitions'],
  [Kind.OPERATION_DEFINITION]: ['variableDefinitions', 'directives', 'selectionSet'],
  [Kind.FRAGMENT_DEFINITION]: ['typeCondition', 'directives', 'selectionSet'],
  [Kind.VARIABLE_DEFINITION]: ['variable', 'type', 'defaultValue', 'directives'],
  [Kind.SELECTION_SET]: ['selections'],
  [Kind.FIELD]: ['arguments', 'directives', 'selectionSet'],
  [Kind.FRAGMENT_SPREAD]: ['directives'],
  [Kind.INLINE_FRAGMENT]: ['typeCondition', 'directives', 'selectionSet'],
  [Kind.DIRECTIVE]: ['arguments'],
  [Kind.ARGUMENT]: ['value'],
  [Kind.LIST]: ['values'],
  [Kind.OBJECT]: ['fields'],
  [Kind.OBJECT_FIELD]: ['value'],
  [Kind.LIST_TYPE]: ['type'],
  [Kind.NON_NULL_TYPE]: ['type'],
  [Kind.NAMED_TYPE]: [],
  [Kind.VARIABLE]: [],
  [Kind.INT]: [],
  [Kind.FLOAT]: [],
  [Kind.STRING]: [],
  [Kind.BOOLEAN]: [],
  [Kind.NULL]: [],
  [Kind.ENUM]: [],
};

/** The kinds that a rule looks at are the same for every document; a rule may look at all kinds. */
function stepsOf(schema: GraphQLSchema, rules: readonly ValidationRule[]): Steps {
  const nothing: DocumentNode = { kind: Kind.DOCUMENT, definitions: [] };
  const context = new ValidationContext(schema, nothing, new TypeInfo(schema), () => {});
  const visitors = rules.map((rule) => rule(context) as RuleVisitor);
  const numbers = (kind: string, side: 'enter' | 'leave') =>
    visitors.flatMap((visitor, index) => (stepOf(visitor, kind, side) ? [index] : []));
  return Object.fromEntries(
    Object.keys(PARTS).map((kind) => [kind, { enter: numbers(kind, 'enter'), leave: numbers(kind, 'leave') }]),
  );
}

function stepOf(visitor: RuleVisitor | undefined, kind: string, side: 'enter' | 'leave'): Step | undefined {
  const step = visitor?.[kind] ?? visitor;
  if (typeof step === 'function') return side === 'enter' ? step : undefined;
  return step?.[side] as Step | undefined;
}

/** One pass through a document, whose first error ends it. */
class Walk {
  readonly #typeInfo: TypeInfo;
  readonly #context: PassContext;
  readonly #visitors: readonly RuleVisitor[];
  /** For each rule the node that it leaves out with all below it. */
  readonly #skipped: (ASTNode | null)[];
  /** All above the parent of a node, lists of nodes among them, as rules expect. */
  readonly #ancestors: unknown[] = [];
  #usages: Usage[] = [];

  constructor(
    schema: GraphQLSchema,
    document: DocumentNode,
    rules: readonly ValidationRule[],
    private readonly steps: Steps,
  ) {
    this.#typeInfo = new TypeInfo(schema);
    this.#context = new PassContext(schema, document, this.#typeInfo, (error) => {
      throw error;
    });
    this.#visitors = rules.map((rule) => rule(this.#context) as RuleVisitor);
    this.#skipped = rules.map(() => null);
  }

  /** Fragments come first: when an operation ends, the rules ask for the variables of all that it spreads. */
  through(document: DocumentNode): void {
    const { definitions } = document;
    const isFragment = ({ kind }: ASTNode) => kind === Kind.FRAGMENT_DEFINITION;
    const ordered = [...definitions.filter(isFragment), ...definitions.filter((each) => !isFragment(each))];
    this.#visit({ ...document, definitions: ordered }, undefined, undefined);
  }

  #visit(node: ASTNode, key: unknown, parent: unknown): void {
    const { kind } = node;
    const parts = PARTS[kind];
    const steps = this.steps[kind];
    if (!parts || !steps) throw new Error(`${kind} is not for a server to run`);
    const typeInfo = this.#typeInfo;
    typeInfo.enter(node);
    if (kind === Kind.OPERATION_DEFINITION || kind === Kind.FRAGMENT_DEFINITION) this.#begin(node);
    if (kind === Kind.VARIABLE) this.#use(node);
    let skips = false;
    for (const rule of steps.enter) {
      if (this.#skipped[rule] !== null) continue;
      if (!this.#step(rule, 'enter', node, key, parent)) continue;
      this.#skipped[rule] = node;
      skips = true;
    }
    for (const part of parts) this.#below(node, parent, part);
    // What a variable's definition names is no use of it.
    if (kind === Kind.VARIABLE_DEFINITION) this.#usages.length = 0;
    for (const rule of steps.leave) {
      if (this.#skipped[rule] === null) this.#step(rule, 'leave', node, key, parent);
    }
    if (skips) for (const rule of steps.enter) if (this.#skipped[rule] === node) this.#skipped[rule] = null;
    typeInfo.leave(node);
  }

  #below(node: ASTNode, parent: unknown, part: string): void {
    const found = (node as unknown as Record<string, ASTNode | readonly ASTNode[] | undefined>)[part];
    if (found === undefined) return;
    const ancestors = this.#ancestors;
    const depth = ancestors.length;
    if (parent !== undefined) ancestors.push(parent);
    if (isList(found)) {
      ancestors.push(node);
      for (let index = 0; index < found.length; index++) this.#visit(found[index] as ASTNode, index, found);
    } else {
      this.#visit(found, part, node);
    }
    ancestors.length = depth;
  }

  /** @returns whether the rule leaves out what is below */
  #step(rule: number, side: 'enter' | 'leave', node: ASTNode, key: unknown, parent: unknown): boolean {
    const visitor = this.#visitors[rule];
    const result = stepOf(visitor, node.kind, side)?.call(visitor, node, key, parent, undefined, this.#ancestors);
    if (result !== undefined && result !== false) throw new Error('a rule that ends the walk or changes the document');
    return side === 'enter' && result === false;
  }

  #begin(node: ASTNode): void {
    this.#usages = [];
    this.#context.usages.set(node, this.#usages);
  }

  #use(node: VariableNode): void {
    const typeInfo = this.#typeInfo;
    this.#usages.push({
      node,
      type: typeInfo.getInputType(),
      defaultValue: typeInfo.getDefaultValue(),
      parentType: typeInfo.getParentInputType(),
    } as Usage);
  }
}

type Usages = ReturnType<ValidationContext['getVariableUsages']>;
type Usage = Usages[number];

/** Knows the variables of a definition from the pass itself. */
class PassContext extends ValidationContext {
  readonly usages = new Map<ASTNode, Usages>();

  override getVariableUsages(node: Parameters<ValidationContext['getVariableUsages']>[0]): Usages {
    return this.usages.get(node) ?? super.getVariableUsages(node);
  }
}

function isList(found: ASTNode | readonly ASTNode[]): found is readonly ASTNode[] {
  return Array.isArray(found);
}

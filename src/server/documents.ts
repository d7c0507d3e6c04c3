import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  specifiedRules,
  type ValidationContext,
} from 'graphql';
import type { App } from '../shared/app.js';
import { CodedError } from '../shared/coded-error.js';
import { RepeatCache } from '../shared/repeat-cache.js';
import { type CostFinder, costFinder } from './cost.js';
import { parseWithinLimits } from './limits.js';
import { fragmentsOf, rootFields } from './operation.js';
import { factsOf, type OperationFacts } from './operation-end.js';
import { introspectionPlan } from './plan/introspection.js';
import type { Planning } from './plan/object.js';
import { type PlanFinder, planFinder } from './plan/plan.js';
import { Tails } from './plan/shaped-statement.js';
import { Validator } from './validator.js';

/** What decides whether an operation is run, and what is told of it. */
export interface Admissible {
  isMutation: boolean;
  /** The names of the fields at its root. */
  roots: readonly string[];
  facts: OperationFacts;
  costOf: CostFinder;
}

/** What is known of an operation before anyone asks for it. */
export interface Operation extends Admissible {
  document: DocumentNode;
  node: OperationDefinitionNode;
  /** Null where the ordinary execution answers. */
  findPlan: PlanFinder | null;
}

/** A valid document within the limits. */
export interface Prepared {
  /** How many its text has. */
  tokens: number;
  /** The operation of that name, or the only one. @throws OPERATION_RESOLUTION_FAILURE */
  operation(name: string | null | undefined): Operation;
}

/** A document that GraphQL refuses, with all that is wrong with it. */
export class InvalidDocument extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the document is not valid');
  }
}

/** A token takes some 500 bytes with all that is made of it. */
const MOST_DOCUMENTS = 1000;
const MOST_BYTES = 48_000_000;
const TOKEN_BYTES = 500;

/**
 * Documents by their text, parsed, held against the limits and validated once: the same for both transports.
 * What is kept was asked for twice: neither a text that is refused nor one that is new pushes anything out.
 */
export class Documents {
  readonly #known = new RepeatCache<Prepared>({
    max: MOST_DOCUMENTS,
    size: { most: MOST_BYTES, of: ({ tokens }, text) => text.length + tokens * TOKEN_BYTES },
  });
  readonly #validator: Validator;
  readonly #planning: Planning;

  constructor(
    app: App,
    private readonly schema: GraphQLSchema,
  ) {
    const rules = app.config.introspection ? specifiedRules : [...specifiedRules, noIntrospection];
    this.#validator = new Validator(schema, rules);
    this.#planning = { schema, json: app.dialect.json, tails: new Tails() };
  }

  /** @throws QUERY_TOO_COMPLEX; a GraphQLError on a syntax error; InvalidDocument */
  prepare(text: string): Prepared {
    const known = this.#known.get(text);
    if (known) return known;
    const document = parseWithinLimits(text);
    const errors = this.#validator.errorsOf(document);
    if (errors.length > 0) throw new InvalidDocument(errors);
    return this.#known.offer(text, this.#prepared(document));
  }

  #prepared(document: DocumentNode): Prepared {
    const known = new Map<OperationDefinitionNode, Operation>();
    return {
      tokens: document.tokenCount ?? 0,
      operation: (name) => {
        const node = getOperationAST(document, name);
        if (!node) throw noOperation(name);
        let operation = known.get(node);
        if (!operation) {
          operation = this.#operation(document, node);
          known.set(node, operation);
        }
        return operation;
      },
    };
  }

  #operation(document: DocumentNode, node: OperationDefinitionNode): Operation {
    const { schema } = this;
    const roots = rootFields(node, fragmentsOf(document)).map(({ name }) => name.value);
    const findPlan =
      node.operation === 'query'
        ? (introspectionPlan(schema, document, node, roots) ?? planFinder(this.#planning, document, node))
        : null;
    return {
      document,
      node,
      isMutation: node.operation === 'mutation',
      roots,
      facts: factsOf(roots),
      costOf: costFinder(schema, document, node),
      findPlan,
    };
  }
}

/** A rule of validation: one error for each question about the schema, which says where it can be read. */
function noIntrospection(context: ValidationContext) {
  return {
    Field(node: FieldNode) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return;
      const message = 'Introspection is off on this server: read the schema.graphql of its release.';
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}

/** The hash that a text is known by to who sends that alone. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function noOperation(name: string | null | undefined): CodedError {
  const message = name
    ? `The document holds no operation named "${name.slice(0, 100)}".`
    : 'Send a document with one operation, or name the one to run in "operationName".';
  return new CodedError('OPERATION_RESOLUTION_FAILURE', message);
}

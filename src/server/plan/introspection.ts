import { type DocumentNode, executeSync, type GraphQLSchema, Kind, type OperationDefinitionNode } from 'graphql';
import type { Fragments } from '../operation.js';
import type { Plan, PlanFinder } from './plan.js';
import type { RootPlan } from './root.js';
import type { Selected } from './selection.js';
import { Unplanned } from './unplanned.js';

const ABOUT_THE_SCHEMA = new Set(['__schema', '__type', '__typename']);
/** How many answers to one operation are kept, by its variables. */
const MOST_ANSWERS = 20;

/** A plan for questions about the schema alone: executed once, since it never changes. Null for any other. */
export function introspectionPlan(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  roots: readonly string[],
): PlanFinder | null {
  if (!roots.every((name) => ABOUT_THE_SCHEMA.has(name))) return null;
  const plans = new Map<string, Plan>();
  return (variableValues) => {
    const key = JSON.stringify(variableValues);
    let plan = plans.get(key);
    if (!plan) {
      const { data, errors } = executeSync({
        schema,
        document,
        variableValues,
        ...(operation.name && { operationName: operation.name.value }),
      });
      const answer = JSON.stringify(data);
      const run = () => {
        if (errors) throw new Unplanned('not without errors');
        return answer;
      };
      plan = { tables: new Set(), until: () => Number.POSITIVE_INFINITY, run };
      if (plans.size < MOST_ANSWERS) plans.set(key, plan);
    }
    return { plan, variables: variableValues };
  };
}

/** A question about the schema beside others: executed by itself, since it waits for nothing. */
export function introspectedField(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  { key, node, selections }: Selected,
): RootPlan {
  const selectionSet = { kind: Kind.SELECTION_SET, selections: selections.flatMap((set) => set.selections) } as const;
  const alone = { ...node, selectionSet };
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: [alone] } },
      ...fragments.values(),
    ],
  };
  return (_ctx, variableValues) => {
    const { data, errors } = executeSync({ schema, document, variableValues });
    if (errors) throw new Unplanned('not without errors');
    return JSON.stringify(data?.[key]);
  };
}

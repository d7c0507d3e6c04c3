import type { DocumentNode, GraphQLObjectType, OperationDefinitionNode } from 'graphql';
import { PLACE, PLACE_BEGINS } from '../../shared/dialect.js';
import type { Reading } from '../../shared/reading.js';
import type { TextFrom } from '../../shared/relation.js';
import type { RequestContext } from '../../shared/request-context.js';
import { fragmentsOf } from '../operation.js';
import { argumentInputs, type Variables, variableReader } from './inputs.js';
import { introspectedField } from './introspection.js';
import { type Planning, Sketch } from './object.js';
import { pagePlan } from './page.js';
import { type RootPlan, rowPlan, rowsPlan, then } from './root.js';
import { type Flags, flagNames, type Selected, selectedFields } from './selection.js';
import { Unplanned } from './unplanned.js';

/** How many combinations of `@include` and `@skip` of one operation have a plan of their own. */
const MOST_VARIANTS = 16;

/** A compiled query: SQL that gives finished JSON, one statement for each field of the root. */
export interface Plan {
  /** The tables that it reads. */
  tables: ReadonlySet<string>;
  /** Until when (milliseconds since 1970) the same rows give the same answer as at a moment. */
  until(nowMs: number): number;
  /** The JSON of `data`. Whatever it throws, the ordinary execution answers instead and says what is wrong. */
  run(ctx: RequestContext, variables: Variables): string | Promise<string>;
}

/** Finds the plan for the variables of a request; null where the ordinary execution has to answer. */
export type PlanFinder = (given: Variables) => { plan: Plan; variables: Variables } | null;

/** Plans for a valid query operation, made when they are first asked for; null for what no plan can express. */
export function planFinder(
  planning: Planning,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): PlanFinder | null {
  try {
    const fragments = fragmentsOf(document);
    const readVariables = variableReader(planning.schema, operation);
    const sets = [operation.selectionSet, ...[...fragments.values()].map(({ selectionSet }) => selectionSet)];
    const flags = flagNames(sets);
    const variants = new Map<string, Plan | null>();
    return (given) => {
      const variables = readVariables(given);
      if (!variables) return null;
      const key = flags.map((name) => variables[name]).join(' ');
      let plan = variants.get(key);
      if (plan === undefined) {
        plan = variants.size < MOST_VARIANTS ? tryToPlan(planning, document, operation, variables as Flags) : null;
        variants.set(key, plan);
      }
      return plan && { plan, variables };
    };
  } catch (error) {
    if (error instanceof Unplanned) return null;
    throw error;
  }
}

function tryToPlan(
  planning: Planning,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  flags: Flags,
): Plan | null {
  const { schema } = planning;
  try {
    const sketch = new Sketch(planning, fragmentsOf(document), flags);
    const query = schema.getQueryType() as GraphQLObjectType;
    const roots = selectedFields([operation.selectionSet], query, sketch).map((selected) => ({
      prefix: `"${selected.key}":`,
      read: META_ROOTS.has(selected.field.name)
        ? introspectedField(schema, operation, sketch.fragments, selected)
        : rootPlan(sketch, query.name, selected),
    }));
    const { tables, texts } = sketch;
    return {
      tables,
      until: (nowMs) => Math.min(...texts.map(({ changesAt }) => changesAt(nowMs))),
      run: (ctx, variables) => {
        const data = runAll(roots, ctx, variables);
        return texts.length === 0 ? data : then(data, (json) => withTexts(ctx, texts, json));
      },
    };
  } catch (error) {
    if (error instanceof Unplanned) return null;
    throw error;
  }
}

/** Puts the texts that no database can make into their places. */
function withTexts(app: RequestContext, texts: readonly TextFrom[], json: string): string {
  if (!json.includes(PLACE_BEGINS)) return json;
  return json.replace(PLACE, (_, index, id) => JSON.stringify(texts[Number(index)]?.make(app, Number(id))));
}

const META_ROOTS = new Set(['__schema', '__type']);

function rootPlan(sketch: Sketch, typeName: string, selected: Selected): RootPlan {
  const { field, node } = selected;
  if (field.name === '__typename') return () => `"${typeName}"`;
  const reading = field.extensions.reading as Reading | undefined;
  const inputs = argumentInputs(field, node);
  switch (reading?.kind) {
    case 'row':
      return rowPlan(sketch, selected, reading, inputs);
    case 'rows':
      return rowsPlan(sketch, selected, reading, inputs);
    case 'page':
      return pagePlan(sketch, selected, reading, inputs);
    default:
      throw new Unplanned(`${field.name} is not declared`);
  }
}

function runAll(
  roots: readonly { prefix: string; read: RootPlan }[],
  ctx: RequestContext,
  variables: Variables,
): string | Promise<string> {
  const parts: (string | Promise<string>)[] = [];
  try {
    for (const { prefix, read } of roots) parts.push(then(read(ctx, variables), (json) => prefix + json));
  } catch (error) {
    // Nobody waits for those that were begun: their failures are nobody's.
    for (const part of parts) if (part instanceof Promise) part.catch(() => {});
    throw error;
  }
  const whole = (texts: readonly string[]) => `{${texts.join(',')}}`;
  return parts.every((part) => typeof part === 'string') ? whole(parts) : Promise.all(parts).then(whole);
}

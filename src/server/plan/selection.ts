import {
  type FieldNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Fragments } from '../operation.js';
import { Unplanned } from './unplanned.js';

/** The values of the variables that `@include` and `@skip` ask for: a plan is made for each combination of them. */
export type Flags = Readonly<Record<string, boolean>>;

/** A field as the answer has it: merged from all its places in the document. */
export interface Selected {
  /** Its name or alias. */
  key: string;
  node: FieldNode;
  field: GraphQLField<unknown, unknown>;
  selections: readonly SelectionSetNode[];
}

/** The fields that an object is asked for, in the order of the answer (GraphQL specification, 6.3.2). */
export function selectedFields(
  sets: readonly SelectionSetNode[],
  type: GraphQLObjectType,
  { fragments, flags }: { fragments: Fragments; flags: Flags },
): Selected[] {
  const found = new Map<string, { node: FieldNode; selections: SelectionSetNode[] }>();
  const spread = new Set<string>();

  function add(selection: SelectionNode): void {
    if (!isIncluded(selection, flags)) return;
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      const known = found.get(key) ?? { node: selection, selections: [] };
      if (selection.selectionSet) known.selections.push(selection.selectionSet);
      found.set(key, known);
      return;
    }
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
    const name = isSpread ? selection.name.value : null;
    if (name !== null && spread.has(name)) return;
    if (name !== null) spread.add(name);
    const fragment = name === null ? selection : fragments.get(name);
    if (!fragment || !('selectionSet' in fragment)) throw new Unplanned('an unknown fragment');
    if (fragment.typeCondition && fragment.typeCondition.name.value !== type.name) return;
    for (const each of fragment.selectionSet.selections) add(each);
  }

  for (const { selections } of sets) for (const each of selections) add(each);
  return Array.from(found, ([key, { node, selections }]) => {
    const name = node.name.value;
    const field = META_FIELDS[name] ?? type.getFields()[name];
    if (!field) throw new Unplanned(`no field ${name}`);
    return { key, node, field, selections };
  });
}

const META_FIELDS: Record<string, GraphQLField<unknown, unknown>> = {
  __typename: TypeNameMetaFieldDef,
  __schema: SchemaMetaFieldDef,
  __type: TypeMetaFieldDef,
};

/** The names of the variables that decide what is selected. */
export function flagNames(selectionSets: readonly SelectionSetNode[]): string[] {
  const names = new Set<string>();
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      for (const { name, arguments: args = [] } of selection.directives ?? []) {
        if (name.value !== 'include' && name.value !== 'skip') throw new Unplanned(`@${name.value}`);
        for (const { value } of args) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
      if ('selectionSet' in selection && selection.selectionSet) visit(selection.selectionSet);
    }
  };
  for (const set of selectionSets) visit(set);
  return [...names];
}

function isIncluded(selection: SelectionNode, flags: Flags): boolean {
  if (!selection.directives?.length) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, flags);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, flags);
  return skip?.if !== true && include?.if !== false;
}

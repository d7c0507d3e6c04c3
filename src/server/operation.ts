import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments.set(each.name.value, each);
  }
  return fragments;
}

/** The fields at an operation's root, also those in fragments; each fragment is looked into once. */
export function rootFields(operation: OperationDefinitionNode, fragments: Fragments): FieldNode[] {
  const seen = new Set<unknown>();
  const fieldsOf = ({ selections }: SelectionSetNode): FieldNode[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      const next = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (!next || seen.has(next)) return [];
      seen.add(next);
      return fieldsOf(next.selectionSet);
    });
  return fieldsOf(operation.selectionSet);
}

/** Shows every selection of a document once, as it is written: what a fragment holds is not shown where it is spread. */
export function eachSelection({ definitions }: DocumentNode, show: (selection: SelectionNode) => void): void {
  const showAll = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      show(selection);
      if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) showAll(selection.selectionSet);
    }
  };
  for (const each of definitions) if ('selectionSet' in each) showAll(each.selectionSet);
}

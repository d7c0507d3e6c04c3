// A plugin of GraphQL Code Generator: the operations of this package, as the texts that the client sends, and as the
// manifest by which a server trusts them. One print makes both, so that their hashes agree.
import { createHash } from 'node:crypto';
import { printExecutableGraphQLDocument } from '@graphql-tools/documents';
import { Kind, visit } from 'graphql';

/** TypeScript, or the manifest where the output is a JSON file. */
export function plugin(schema, files, _config, { outputFile }) {
  const definitions = files.flatMap(({ document }) => document.definitions);
  const fragments = new Map(
    definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((each) => [each.name.value, each]),
  );
  const operations = definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((node) => ({ node, text: printExecutableGraphQLDocument(withFragments(node, fragments)) }));
  return outputFile.endsWith('.json') ? manifestOf(operations) : moduleOf(schema, operations);
}

function manifestOf(operations) {
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const manifest = Object.fromEntries(operations.map(({ text }) => [`sha256:${hash(text)}`, text]));
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function moduleOf(schema, operations) {
  const entries = operations.map(({ node, text }) => {
    const [field, another] = node.selectionSet.selections;
    const name = node.name.value;
    // A method of the client gives what its field gives.
    if (another || field.alias) throw new Error(`${name}: an operation of the client asks for one field`);
    const type = `Types.${name}${node.operation[0].toUpperCase()}${node.operation.slice(1)}`;
    const { description = '' } = schema.getRootType(node.operation).getFields()[field.name.value];
    const method = name[0].toLowerCase() + name.slice(1);
    return `  /** ${description.replaceAll('*/', '*\\/')} */\n  ${method}: ${quoted(text)} as OperationText<${type}, ${type}Variables>,`;
  });
  return `import type { OperationText } from '../operation-text.js';
import type * as Types from './types.js';

/** Every operation of this package, by the name of its method. */
export const operations = {
${entries.join('\n')}
};
`;
}

function quoted(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function withFragments(operation, fragments) {
  const used = new Set();
  const collect = (node) =>
    visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        if (used.has(value)) return;
        used.add(value);
        collect(fragments.get(value));
      },
    });
  collect(operation);
  return { kind: Kind.DOCUMENT, definitions: [operation, ...[...used].map((name) => fragments.get(name))] };
}

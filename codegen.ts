import type { CodegenConfig } from '@graphql-codegen/cli';

/** The API's scalars and enums as TypeScript has them. */
const config = { useTypeImports: true, enumsAsTypes: true, scalars: { DateTime: 'string' } };
const ofClient = { documents: 'client/operations/*.graphql' };

const ofPage = (kind: string) => ({
  preset: 'client' as const,
  documents: `examples/learner/src/operations/${kind}.graphql`,
  presetConfig: { fragmentMasking: false },
  config,
});

/** From the printed schema: typed documents for the tests; types, operations and their manifest for the client package. */
const codegen: CodegenConfig = {
  importExtension: '.js',
  schema: 'schema.graphql',
  generates: {
    'tests/support/generated/': {
      preset: 'client',
      documents: 'tests/support/operations/*.graphql',
      // The manifest of trusted documents too: their texts by SHA-256.
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config,
    },
    'examples/learner/src/generated/': ofPage('learning'),
    // Loaded when an instructor opens what needs them.
    'examples/learner/src/teach/generated/': ofPage('teaching'),
    'client/src/generated/types.ts': {
      ...ofClient,
      plugins: ['typescript-operations'],
      config: { ...config, inlineFragmentTypes: 'combine', skipTypeNameForRoot: true },
    },
    'client/src/generated/operations.ts': { ...ofClient, plugins: ['./client/operations-plugin.mjs'] },
    'client/trusted-documents.json': { ...ofClient, plugins: ['./client/operations-plugin.mjs'] },
  },
};

export default codegen;

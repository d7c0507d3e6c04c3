import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the tests, from the printed schema. */
const config: CodegenConfig = {
  importExtension: '.js',
  schema: 'schema.graphql',
  documents: 'tests/support/operations/*.graphql',
  generates: {
    'tests/support/generated/': {
      preset: 'client',
      // The manifest of trusted documents too: their texts by SHA-256.
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: { useTypeImports: true, enumsAsTypes: true, scalars: { DateTime: 'string' } },
    },
  },
};

export default config;

import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { generate } from '@graphql-codegen/cli';
import { describe, expect, it } from '@jest/globals';
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import codegenConfig from '../../codegen.js';
import { createSchema } from '../../src/server/schema.js';

const ROOT = join(import.meta.dirname, '../..');
/** TypeGraphQL makes them and lets nobody describe them. */
const ROOT_TYPES = new Set(['Query', 'Mutation', 'Subscription']);

/** The types that are ours, by name. */
function types(): GraphQLNamedType[] {
  const all = Object.values(createSchema().getTypeMap());
  return all.filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));
}

function fields() {
  return types().flatMap((type) =>
    isObjectType(type) || isInputObjectType(type)
      ? Object.values(type.getFields()).map((field) => ({ path: `${type.name}.${field.name}`, field }))
      : [],
  );
}

describe('schema.graphql', () => {
  it('is what the code says: run `npm run schema`', () => {
    const printed = printSchema(lexicographicSortSchema(createSchema()));
    expect(readFileSync(join(ROOT, 'schema.graphql'), 'utf8')).toBe(`${printed}\n`);
  });
});

describe('generated code', () => {
  it('is what schema.graphql and the operations say: run `npm run codegen`', async () => {
    const files: { filename: string; content: string }[] = await generate(
      { ...codegenConfig, cwd: ROOT, silent: true },
      false,
    );
    expect(files.map(({ filename }) => relative(ROOT, join(ROOT, filename))).toSorted()).toEqual([
      'client/src/generated/operations.ts',
      'client/src/generated/types.ts',
      'client/trusted-documents.json',
      'examples/learner/src/generated/gql.ts',
      'examples/learner/src/generated/graphql.ts',
      'examples/learner/src/generated/index.ts',
      'examples/learner/src/teach/generated/gql.ts',
      'examples/learner/src/teach/generated/graphql.ts',
      'examples/learner/src/teach/generated/index.ts',
      'tests/support/generated/gql.ts',
      'tests/support/generated/graphql.ts',
      'tests/support/generated/index.ts',
      'tests/support/generated/persisted-documents.json',
    ]);
    for (const { filename, content } of files) expect(readFileSync(join(ROOT, filename), 'utf8')).toBe(content);
  });
});

describe('the schema describes', () => {
  it('every type', () => {
    const bare = types().filter(({ name, description }) => !description && !ROOT_TYPES.has(name));
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  it('every field', () => {
    const bare = fields().filter(({ field }) => !field.description);
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  it('every argument that is not the input or the id of the noun in its name', () => {
    const args = fields().flatMap(({ path, field }) => {
      const ofField: readonly GraphQLArgument[] = 'args' in field ? field.args : [];
      return ofField.map(({ name, description }) => ({ path, name, description }));
    });
    const bare = args.filter(({ name, description }) => !description && !/^(input|id|.*Ids?)$/.test(name));
    expect(bare.map(({ path, name }) => `${path}(${name})`)).toEqual([]);
  });

  it('every enum value but the error codes, whose meaning stands where they are thrown', () => {
    const bare = types()
      .filter((type) => isEnumType(type))
      .filter(({ name }) => name !== 'ErrorCode')
      .flatMap((type) =>
        type
          .getValues()
          .filter(({ description }) => !description)
          .map(({ name }) => `${type.name}.${name}`),
      );
    expect(bare).toEqual([]);
  });
});

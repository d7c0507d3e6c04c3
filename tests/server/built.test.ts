import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  lexicographicSortSchema,
  parse,
  printSchema,
} from 'graphql';
import { ok, request } from '../support/client.js';
import { CoursesDocument, SearchMomentsDocument } from '../support/generated/graphql.js';
import { temporaryFolder } from '../support/server.js';
import { dropTable } from '../support/stored.js';
import { runServer } from './process.js';

const printed = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));

describe('the built server', () => {
  it('has the schema of the sources, whose types have the names of their classes', async () => {
    const server = await runServer({ DATA_DIR: temporaryFolder() });

    const introspection = await ok(server.url, parse(getIntrospectionQuery()), {});

    const contract = buildSchema(readFileSync('schema.graphql', 'utf8'));
    expect(printed(buildClientSchema(introspection as unknown as IntrospectionQuery))).toBe(printed(contract));
  });

  it('finds the script of the thread that searches moments', async () => {
    const server = await runServer({ DATA_DIR: temporaryFolder() });

    const { searchMoments } = await ok(server.url, SearchMomentsDocument, { query: 'pivot' });

    expect(searchMoments.nodes).toEqual([]);
  });

  it('names our sources in what it logs of an unexpected error', async () => {
    // given a server that loses a table behind its back
    const dataDir = temporaryFolder();
    const server = await runServer({ DATA_DIR: dataDir });
    await dropTable(dataDir, 'courses');

    // when
    const { errors } = await request(server.url, CoursesDocument, {});

    // then
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    const lines = (await server.says('"errorId"')).split('\n');
    const { err } = JSON.parse(lines.find((line) => line.includes('"errorId"')) ?? '');
    expect(err.stack).toMatch(/src\/(shared\/page|db\/postgresql\/\w+)\.ts:\d+:\d+/);
  });
});

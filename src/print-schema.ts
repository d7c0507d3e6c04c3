// `npm run schema` writes schema.graphql from the code, sorted.
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from './server/schema.js';

writeFileSync('schema.graphql', `${printSchema(lexicographicSortSchema(createSchema()))}\n`);

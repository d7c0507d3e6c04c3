import { describe, expect, it } from '@jest/globals';
import { type DocumentNode, parse, specifiedRules, validate } from 'graphql';
import { createSchema } from '../../src/server/schema.js';
import { Validator } from '../../src/server/validator.js';
import { OperationGenerator } from '../plans/operations.js';

const schema = createSchema();
const validator = new Validator(schema, specifiedRules);
const ROOTS = ['courses', 'course', 'lessons', 'me', 'chatHistory', 'aiUsage', 'creditHistory', 'searchMoments'];
const nobody = { viewers: {} as never, courses: 20, lessons: 20, chats: 20 };

/** At least one for each rule that the generator does not reach. */
const WRITTEN = [
  'mutation ($input: AskTutorInput!) { askTutor(input: $input) { id } }',
  'mutation ($input: AskTutorInput) { askTutor(input: $input) { id } }',
  'mutation { askTutor(input: {lessonId: 1, lessonId: 2, message: "x"}) { id } }',
  'mutation ($text: String!) { askTutor(input: {lessonId: 1, message: $text}) { id } }',
  'mutation ($text: String) { askTutor(input: {lessonId: 1, message: $text}) { id } }',
  'mutation ($text: Int!) { askTutor(input: {lessonId: [1], message: $text, none: null}) { id } }',
  'subscription { tutorTokens(chatId: 1) { __typename ... on TutorToken { text } ... on TutorDone { chat { id } } } }',
  'subscription { tutorTokens(chatId: 1) { ... on Course { id } } }',
  'subscription { a: tutorTokens(chatId: 1) { __typename } b: tutorTokens(chatId: 2) { __typename } }',
  'query A { me { id } } query A { me { id } }',
  'query A { me { id } } { me { id } }',
  '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
  '{ me { ...A } } fragment A on User { id } fragment A on User { username }',
  '{ me { id } } fragment Unused on User { id }',
  '{ me { ...Missing } }',
  'query ($n: Int, $n: Int) { courses(first: $n) { totalCount } }',
  'query ($n: Int = "1") { courses(first: $n) { totalCount } }',
  'query ($n: Course) { courses(first: 1) { totalCount @include(if: $n) } }',
  'query ($unused: Int) { me { id } }',
  'query ($id: ID!) { ...Q } fragment Q on Query { course(id: $id) { title } }',
  'query ($id: Int!) { ...Q } fragment Q on Query { course(id: $id) { title } }',
  '{ ...Q } fragment Q on Query { course(id: $id) { title } }',
  '{ me { id @skip(if: true) @skip(if: false) } }',
  'query @skip(if: true) { me { id } }',
  '{ course(id: 1) { title: id title } }',
  '{ course(id: 1) { id { x } instructor } }',
  '{ course(id: 1, id: 2) { id } courses(orderBy: WORST) { totalCount } }',
  'type Mine { id: ID } { me { id } }',
];

describe('a document', () => {
  it('is valid, and its errors are those of graphql-js, for every rule', () => {
    const answers = WRITTEN.map((text) => compare(parse(text)));
    expect(answers.filter((valid) => valid)).toHaveLength(4);
  });

  it('is found valid in one pass, or refused as graphql-js refuses it, whatever token it lacks', () => {
    const generator = new OperationGenerator(schema, nobody, 11);
    const seen = { valid: 0, invalid: 0 };
    for (let index = 0; index < 300; index++) {
      const { query } = generator.next(ROOTS);
      for (const text of [parse(query), ...broken(query, index)]) seen[compare(text) ? 'valid' : 'invalid']++;
    }
    expect(seen.valid).toBeGreaterThan(300);
    expect(seen.invalid).toBeGreaterThan(300);
  });
});

/** Holds the validator against graphql-js. @returns whether the document is valid */
function compare(document: DocumentNode): boolean {
  const expected = validate(schema, document, specifiedRules);
  const text = document.loc?.source.body;
  expect({ text, valid: validator.isValid(document) }).toEqual({ text, valid: expected.length === 0 });
  expect(validator.errorsOf(document).map((error) => error.toJSON())).toEqual(expected.map((error) => error.toJSON()));
  return expected.length === 0;
}

/** What is left of a text without one of its words, or with one of them in the place of another, where it can be read. */
function broken(query: string, seed: number): DocumentNode[] {
  const words = query.match(/[\w$.@]+|\s+|[^\w\s]/g) ?? [];
  const texts = Array.from({ length: 8 }, (_, turn) => {
    const [at, from] = [(seed * 7 + turn * 13) % words.length, (seed * 5 + turn * 31) % words.length];
    return words.toSpliced(at, 1, turn % 2 === 0 ? '' : (words[from] as string)).join('');
  });
  return texts.flatMap((text) => {
    try {
      return [parse(text)];
    } catch {
      return [];
    }
  });
}

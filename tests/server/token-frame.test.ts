import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { execute, getOperationAST, parse } from 'graphql';
import { createSchema } from '../../src/server/schema.js';
import { compileTokenFrame } from '../../src/server/token-frame.js';
import { TutorToken } from '../../src/tutor/chat.type.js';

const schema = createSchema();

/** The message of a token as graphql-ws writes it, and as it is written without an execution; null where it is not. */
async function bothWays(query: string, variables: Record<string, unknown>, token: TutorToken) {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('no operation');
  const payload = await execute({ schema, document, variableValues: variables, rootValue: token });
  const frame = compileTokenFrame(schema, document, operation, variables);
  const write = frame?.(token.chatId, '{"id":"1","type":"next","payload":', '}');
  return {
    executed: JSON.stringify({ id: '1', type: 'next', payload }),
    written: write ? write(token.offset, token.text) : null,
  };
}

const directive = fc.constantFrom('', '', '', ' @include(if: $yes)', ' @skip(if: $yes)', ' @include(if: $no)');
const field = fc.constantFrom('chatId', 'offset', 'text', 't: text', 'o: offset', 'x: text', 'c: chatId', '__typename');

/** Selections of an event: fields, aliases, fragments and directives in any order and nesting. */
const { selection } = fc.letrec<{ selection: string }>((tie) => ({
  selection: fc
    .array(
      fc.oneof(
        { maxDepth: 3, depthSize: 'small' },
        fc
          .tuple(directive, fc.array(field, { minLength: 1, maxLength: 4 }))
          .map(([on, fields]) => `... on TutorToken${on} { ${fields.join(' ')} }`),
        fc.constantFrom('__typename', 'a: __typename', '...Piece', '...Any', '...Done @skip(if: $yes)', '...Done'),
        fc
          .tuple(fc.constantFrom('...', '... on TutorEvent'), directive, tie('selection'))
          .map((parts) => parts.join('')),
      ),
      { minLength: 1, maxLength: 4, size: 'max' },
    )
    .map((all) => ` { ${all.join(' ')} }`),
}));

const root = fc.constantFrom(
  'tutorTokens(chatId: "7")',
  'mine: tutorTokens(chatId: $id)',
  'askTutorStream(input: $input)',
);

const documentOf = (rootField: string, on: string, set: string) => `
  subscription ($id: ID = 7, $yes: Boolean!, $no: Boolean = false, $input: AskTutorInput = { lessonId: 1, message: "m" }) {
    ...${on} { ${rootField}${set} }
    ... @include(if: $no) { other: tutorTokens(chatId: 8) { __typename } }
  }
  fragment Piece on TutorToken { text offset ... on TutorToken { chatId @skip(if: $no) } }
  fragment Any on TutorEvent { ...Piece __typename ...Done }
  fragment Done on TutorDone { chat { id status } }`;

describe('a token written without an execution', () => {
  it('is byte for byte what an execution gives, for any selection and any text', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"\\\u2028</script>\n\0', 'naïve 🂡'));
    const facts = [root, fc.constantFrom('', ' on Subscription'), selection, fc.boolean(), text, fc.nat()] as const;
    const property = fc.asyncProperty(...facts, async (rootField, on, set, yes, said, offset) => {
      const token = new TutorToken(7, offset, said.toWellFormed());
      const { executed, written } = await bothWays(documentOf(rootField, on, set), { yes }, token);
      expect(written).toBe(executed);
    });
    await fc.assert(property, { numRuns: 500 });
  });

  it('is compiled once where nothing is included or skipped, and for its variables where something is', () => {
    const frameOf = (query: string) => {
      const document = parse(query);
      const operation = getOperationAST(document);
      if (!operation) throw new Error('no operation');
      return (variables: object) => compileTokenFrame(schema, document, operation, { ...variables });
    };
    const always = frameOf('subscription { tutorTokens(chatId: 1) { ... on TutorToken { text } } }');
    expect(always({})).toBe(always({}));
    const sometimes = frameOf('subscription ($t: Boolean!) { tutorTokens(chatId: 1) { __typename @skip(if: $t) } }');
    const [with_, without] = [{ t: false }, { t: true }].map((variables) => sometimes(variables)?.(1, '', '')(0, ''));
    expect([with_, without]).toEqual([
      '{"data":{"tutorTokens":{"__typename":"TutorToken"}}}',
      '{"data":{"tutorTokens":{}}}',
    ]);
  });

  it.each([
    [
      'variables that do not fit',
      'subscription ($t: Boolean!) { tutorTokens(chatId: 1) { __typename @skip(if: $t) } }',
    ],
    [
      'two fields at the root',
      'subscription { a: tutorTokens(chatId: 1) { __typename } b: tutorTokens(chatId: 2) { __typename } }',
    ],
    ['a root that is no answer', 'subscription { __typename }'],
    ['nothing at the root', 'subscription { tutorTokens(chatId: 1) @skip(if: true) { __typename } }'],
  ])('leaves %s to the execution', (_what, query) => {
    const document = parse(query);
    const operation = getOperationAST(document);
    expect(operation && compileTokenFrame(schema, document, operation, {})).toBeNull();
  });
});

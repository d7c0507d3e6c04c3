import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { compile } from '../client/installed.js';
import { classroom } from '../support/people.js';
import { ROOT } from '../support/process.js';
import { startTestServer, temporaryFolder } from '../support/server.js';

const OPERATIONS = `
query Catalogue($first: Int) {
  courses(first: $first) { totalCount nodes { id title status createdAt lessons { id thumbnailUrl } } }
}
mutation Ask($input: AskTutorInput!) {
  askTutor(input: $input, wait: true) { id status failureCode citations { startSeconds quote } }
}
subscription Answer($chatId: ID!) {
  tutorTokens(chatId: $chatId) {
    __typename
    ... on TutorToken { offset text }
    ... on TutorDone { chat { id response } }
    ... on TutorFailed { code message }
  }
}
`;

const MAIN = `
import { print } from 'graphql';
import { request } from 'graphql-request';
import { createClient } from 'graphql-ws';
import { AnswerDocument, type AnswerSubscription, AskDocument, CatalogueDocument, type ChatStatus } from './gql/graphql.js';

const [url = '', token = ''] = process.argv.slice(2);
const authorization = \`Bearer \${token}\`;

const { courses } = await request({ url, document: CatalogueDocument, variables: { first: 1 } });
const course = courses.nodes[0];
const lesson = course?.lessons[0];
if (!course || !lesson) throw new Error('no course');
const created: string = course.createdAt;
const input = { lessonId: lesson.id, message: 'What makes quicksort slow?', timestampVideo: '12:45' };
const { askTutor } = await request({ url, document: AskDocument, variables: { input }, requestHeaders: { authorization } });
const status: ChatStatus = askTutor.status;

let text = '';
const socket = createClient({ url: url.replace('http', 'ws'), connectionParams: { authorization } });
const answers = socket.iterate<AnswerSubscription>({ query: print(AnswerDocument), variables: { chatId: askTutor.id } });
for await (const { data } of answers) {
  const event = data?.tutorTokens;
  if (event?.__typename === 'TutorToken') text = text.slice(0, event.offset) + event.text;
  if (event?.__typename === 'TutorDone') console.log(JSON.stringify({ status, whole: text === event.chat.response }));
}
console.log(JSON.stringify({ title: course.title, year: created.length, quotes: askTutor.citations.map(({ quote }) => quote) }));
`;

const run = promisify(execFile);

/** A project as somebody begins it who has a server's address or its schema, and GraphQL Code Generator's own defaults. */
async function generated(schema: string): Promise<string> {
  const folder = temporaryFolder();
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const files = {
    'package.json': JSON.stringify({ name: 'user', private: true, type: 'module' }),
    'codegen.mjs': `export default {
      schema: ${JSON.stringify(schema)},
      documents: 'src/*.graphql',
      importExtension: '.js',
      generates: { 'src/gql/': { preset: 'client', config: { useTypeImports: true, strictScalars: true, scalars: { DateTime: 'string' } } } },
    };`,
    'src/operations.graphql': OPERATIONS,
    'src/main.ts': MAIN,
  };
  mkdirSync(join(folder, 'src'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const codegen = join(ROOT, 'node_modules/@graphql-codegen/cli/esm/bin.js');
  await run(process.execPath, [codegen, '--config', 'codegen.mjs', '--silent'], { cwd: folder });
  return folder;
}

const typesIn = (folder: string) => readFileSync(join(folder, 'src/gql/graphql.ts'), 'utf8');

describe('somebody who generates types', () => {
  it('gets the same from the running server as from schema.graphql, and strict code that runs', async () => {
    const server = await startTestServer();
    const { sam } = await classroom(server);

    const folders = await Promise.all([generated(`${server.url}/graphql`), generated(join(ROOT, 'schema.graphql'))]);

    const [fromServer = '', fromFile = ''] = folders.map(typesIn);
    expect(fromServer).toBe(fromFile);
    expect(fromServer).toContain("'COMPLETED'");
    for (const folder of folders) {
      expect(compile(folder, ['src/main.ts'], ['--outDir', 'out', '--skipLibCheck'])).toBe('');
      const { stdout } = await run(process.execPath, ['out/main.js', `${server.url}/graphql`, sam.token], {
        cwd: folder,
      });
      expect(
        stdout
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      ).toEqual([
        { status: 'COMPLETED', whole: true },
        { title: 'A course', year: 24, quotes: expect.arrayContaining(['A bad pivot makes quicksort slow.']) },
      ]);
    }
  });

  it('is told by the compiler of a field that was not asked for, and of a variable that is missing', async () => {
    const folder = await generated(join(ROOT, 'schema.graphql'));
    const wrong = MAIN.replace('course.title', 'course.description').replace('lessonId: lesson.id, ', '');
    writeFileSync(join(folder, 'src/main.ts'), wrong);
    const said = compile(folder, ['src/main.ts'], ['--noEmit', '--skipLibCheck']);
    expect(said).toContain("Property 'description' does not exist");
    expect(said).toContain("Property 'lessonId' is missing");
  });
});

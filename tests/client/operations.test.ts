import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createLectern, operations } from '@lectern/client';
import { buildSchema, type FieldNode, type OperationDefinitionNode, parse, validate } from 'graphql';
import { PASSWORD } from '../support/people.js';
import { ROOT } from '../support/process.js';
import { scriptedClassroom } from '../support/scripted-classroom.js';
import { startTestServer, temporaryFolder } from '../support/server.js';
import { rest, textOf } from './answers.js';
import { clientOf } from './clients.js';

const MANIFEST = join(ROOT, 'client/trusted-documents.json');
const schema = buildSchema(readFileSync(join(ROOT, 'schema.graphql'), 'utf8'));
const texts: string[] = Object.values(operations);

describe('the operations of the client', () => {
  it('are all of the schema’s, and valid', () => {
    const asked = texts.map((text) => {
      const document = parse(text);
      expect(validate(schema, document)).toEqual([]);
      const operation = document.definitions.find(
        (each): each is OperationDefinitionNode => each.kind === 'OperationDefinition',
      );
      const [field] = operation?.selectionSet.selections ?? [];
      return `${operation?.operation} ${(field as FieldNode).name.value}`;
    });
    const offered = (['query', 'mutation', 'subscription'] as never[]).flatMap((operation) =>
      Object.keys(schema.getRootType(operation)?.getFields() ?? {}).map((name) => `${operation} ${name}`),
    );
    expect(new Set(asked)).toEqual(new Set(offered));
  });

  it('are the manifest’s, by the hashes of what is sent', () => {
    const manifest: Record<string, string> = JSON.parse(readFileSync(MANIFEST, 'utf8'));
    const hash = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
    expect(manifest).toEqual(Object.fromEntries(texts.map((text) => [hash(text), text])));
  });

  it('are all that a server runs which trusts the manifest alone', async () => {
    const dataDir = temporaryFolder();
    const { server: open, model } = await scriptedClassroom({ dataDir });
    await open.stop();
    const env = { ...model.env, TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILE: MANIFEST };
    const server = await startTestServer({ dataDir, env });
    const { lectern } = clientOf(server.url);
    await lectern.register({ username: 'zoe', email: 'zoe@example.org', password: PASSWORD });
    const { nodes } = await lectern.courses();
    const course = await lectern.course({ id: nodes[0]?.id ?? '' });
    model.always((call) => call.say('Yes.').finish());
    const events = await rest(lectern.ask({ lessonId: course?.lessons[0]?.id ?? '', message: 'Why?' }));
    expect(textOf(events)).toBe('Yes.');
    await expect(lectern.request('{ health { status } }')).rejects.toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED' });
  });

  it('give what their one field gives', async () => {
    const { server, teacher } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, teacher);
    const { id: courseId } = await lectern.createCourse({ input: { title: 'Hashing' } });
    const lessons = [];
    for (const title of ['One', 'Two']) lessons.push(await lectern.createLesson({ input: { courseId, title } }));
    const lessonIds = lessons.map(({ id }) => id).reverse();
    expect(await lectern.reorderLessons({ courseId, lessonIds })).toMatchObject([
      { title: 'Two', order: 1 },
      { title: 'One', order: 2 },
    ]);
    const content = 'WEBVTT\n\n00:01.000 --> 00:02.000\nHashing scatters.\n';
    const transcript = { lessonId: lessonIds[0] ?? '', language: 'en', format: 'VTT' as const, content };
    expect(await lectern.setTranscript({ input: transcript })).toMatchObject({ language: 'en', cueCount: 1 });
    expect(await lectern.lessonCues({ lessonId: transcript.lessonId })).toMatchObject({
      transcripts: [{ cues: [{ startSeconds: 1, endSeconds: 2, text: 'Hashing scatters.' }] }],
    });
    expect(await lectern.searchMoments({ query: 'scatters' })).toMatchObject({ nodes: [{ timestamp: '00:01' }] });
    const broken = { ...transcript, content: 'WEBVTT\n\n00:01.000 --> what\nHashing.\n' };
    await expect(lectern.setTranscript({ input: broken })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'content',
      line: 3,
    });
    expect(await lectern.updateCourse({ id: courseId, input: { status: 'PUBLISHED' } })).toMatchObject({
      lessonCount: 2,
    });
    expect(await lectern.deleteCourse({ id: courseId })).toBe(true);
    expect(await lectern.course({ id: courseId })).toBeNull();
  });
});

describe('lectern.request', () => {
  it('runs an operation of one’s own', async () => {
    const { server, sam } = await scriptedClassroom();
    const { lectern } = clientOf(server.url, sam);
    expect(await lectern.request('query Name { me { username } }')).toEqual({ me: { username: 'sam' } });
    await expect(lectern.request('query Name { nobody }')).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  it('refuses a document’s tree with the remedy', async () => {
    const { lectern } = clientOf('http://127.0.0.1:1');
    const tree = parse('{ health { status } }') as never;
    await expect(lectern.request(tree)).rejects.toThrow(/print\(document\)/);
  });

  it('is taken back by its signal', async () => {
    const { lectern } = clientOf('http://127.0.0.1:1');
    const signal = AbortSignal.abort(new Error('not needed'));
    await expect(lectern.me({}, { signal })).rejects.toThrow('not needed');
  });

  it('says UNREACHABLE when something else answers', async () => {
    const fetch = async () => new Response('<h1>502 Bad Gateway</h1>', { status: 502 });
    const lectern = createLectern({ url: 'http://school.example', fetch });
    await expect(lectern.health()).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('502'),
    });
  });
});

describe('the address of a client', () => {
  it.each([
    ['https://school.example', 'https://school.example/graphql'],
    ['https://school.example/', 'https://school.example/graphql'],
    ['https://school.example/graphql', 'https://school.example/graphql'],
    ['https://school.example/lectern/', 'https://school.example/lectern/graphql'],
  ])('%s is %s', async (url, expected) => {
    let asked = '';
    const fetch = async (input: unknown) => {
      asked = String(input);
      return Response.json({ data: { health: {} } });
    };
    await createLectern({ url, fetch }).health();
    expect(asked).toBe(expected);
  });
});

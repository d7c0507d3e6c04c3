import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { CoursesDocument, CreateCourseDocument, UpdateCourseDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, type Person } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { titlesOf } from './catalogue.js';

async function publish(server: TestServer, { token }: Person, courses: Record<string, string>): Promise<void> {
  for (const [title, description] of Object.entries(courses)) {
    await ok(server.url, CreateCourseDocument, { input: { title, description, status: 'PUBLISHED' } }, token);
  }
}

/** Titles found, the first created first. */
function found(server: TestServer, search: string | null, token?: string): Promise<string[]> {
  return titlesOf(server, { search, orderBy: 'OLDEST' }, token);
}

describe('courses(search:)', () => {
  it('looks in title and description', async () => {
    const server = await startTestServer();
    await publish(server, await instructor(server), {
      'Sorting cards': 'With insertion and merging.',
      Heaps: 'How sorting becomes fast.',
      Trees: 'Roots and leaves.',
    });
    expect(await found(server, 'sorting')).toEqual(['Sorting cards', 'Heaps']);
    expect(await found(server, 'leaves')).toEqual(['Trees']);
    expect(await found(server, 'cooking')).toEqual([]);
  });

  it('needs every word, in any order and wherever each is', async () => {
    const server = await startTestServer();
    await publish(server, await instructor(server), {
      'Sorting cards': 'With insertion.',
      'Sorting numbers': 'With merging.',
      'Playing cards': 'With friends.',
    });
    expect(await found(server, 'insertion sorting')).toEqual(['Sorting cards']);
    expect(await found(server, '  cards \n with ')).toEqual(['Sorting cards', 'Playing cards']);
    expect(await found(server, 'cards merging')).toEqual([]);
  });

  it('needs every word of a long search too', async () => {
    const server = await startTestServer();
    await publish(server, await instructor(server), { Letters: 'a b c d e f g h i j k l m n o p' });
    expect(await found(server, 'a b c d e f g h i j k l')).toEqual(['Letters']);
    expect(await found(server, 'a b c d e f g h i j k zebra')).toEqual([]);
  });

  it('minds neither case nor accents, on either side', async () => {
    const server = await startTestServer();
    await publish(server, await instructor(server), {
      "L'Énergie solaire": 'Chaleur et lumière',
      'Energie und Wärme': 'Größen',
      'ЭНЕРГИЯ СОЛНЦА': 'Тепло',
    });
    expect(await found(server, 'energie')).toEqual(["L'Énergie solaire", 'Energie und Wärme']);
    expect(await found(server, 'ÉNERGIE')).toEqual(["L'Énergie solaire", 'Energie und Wärme']);
    expect(await found(server, 'LUMIERE')).toEqual(["L'Énergie solaire"]);
    expect(await found(server, 'wa\u0308rme')).toEqual(['Energie und Wärme']);
    expect(await found(server, 'энергия')).toEqual(['ЭНЕРГИЯ СОЛНЦА']);
  });

  it('takes the signs of SQL for what they are', async () => {
    const server = await startTestServer();
    await publish(server, await instructor(server), {
      '100% natural': '',
      snake_case: '',
      'C:\\temp': '',
      "O'Reilly": '',
      'Nothing special': '',
    });
    expect(await found(server, '%')).toEqual(['100% natural']);
    expect(await found(server, '1%l')).toEqual([]);
    expect(await found(server, '_')).toEqual(['snake_case']);
    expect(await found(server, 'snake_')).toEqual(['snake_case']);
    expect(await found(server, 'n_t')).toEqual([]);
    expect(await found(server, '\\')).toEqual(['C:\\temp']);
    expect(await found(server, '\\%')).toEqual([]);
    expect(await found(server, "o'r")).toEqual(["O'Reilly"]);
  });

  it('finds everything when it is empty, blank or null', async () => {
    const server = await startTestServer();
    await publish(server, await instructor(server), { Sorting: '', Heaps: '' });
    for (const search of ['', ' \t\n', null]) expect(await found(server, search)).toEqual(['Sorting', 'Heaps']);
  });

  it('counts what it finds and no draft of another', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    await publish(server, ina, { 'Sorting cards': '', Heaps: '' });
    await courseOf(server, ina, 'Sorting in secret', 'DRAFT');

    const { courses } = await ok(server.url, CoursesDocument, { search: 'sorting', first: 1 });
    expect(courses).toMatchObject({ totalCount: 1, nodes: [{ title: 'Sorting cards' }] });
    expect(await found(server, 'sorting', ina.token)).toEqual(['Sorting cards', 'Sorting in secret']);
  });

  it('follows a change of the title or description', async () => {
    const server = await startTestServer();
    const ina = await instructor(server);
    const id = await courseOf(server, ina, 'Sorting');
    const update = (input: object) => ok(server.url, UpdateCourseDocument, { id, input }, ina.token);

    await update({ description: 'Pivots' });
    expect(await found(server, 'sorting pivots')).toEqual(['Sorting']);
    await update({ title: 'Ordering' });
    expect(await found(server, 'sorting')).toEqual([]);
    expect(await found(server, 'ordering pivots')).toEqual(['Ordering']);
    await update({ description: null });
    expect(await found(server, 'pivots')).toEqual([]);
  });
});

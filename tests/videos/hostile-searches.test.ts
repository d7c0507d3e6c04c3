import { describe, expect, it } from '@jest/globals';
import { request } from '../support/client.js';
import { SearchMomentsDocument } from '../support/generated/graphql.js';
import { found, search, speakingServer } from './moments.js';

const WITHOUT_WORDS = ['', '   ', '"', '""', '"*"', '***', '(', '\u0000', '-', '。、', '🙂', '\ud800', "';--", '{}:^+'];
const LIKE_OPERATORS = [
  'pivot OR heap',
  'pivot NOT heap',
  'NEAR(pivot heap)',
  'units : pivot',
  '^pivot -heap',
  'pivot" OR "heap',
  'pivot* AND (heap)',
  '{units} : (pivot',
  "pivot'; drop table transcript_cues; --",
];

describe('whatever is searched for', () => {
  it('without a word in it, nothing is found', async () => {
    const { server, say } = await speakingServer();
    await say(['A pivot. 。、 "quoted" *** ()']);
    for (const query of WITHOUT_WORDS) expect(await found(server, query)).toEqual([]);
  });

  it('the words of a query language are words', async () => {
    const { server, say } = await speakingServer();
    await say(['A pivot.', 'A heap.', 'pivot or heap', 'near pivot, heap', 'pivot not heap']);
    expect(await found(server, 'pivot OR heap')).toEqual(['pivot or heap']);
    expect(await found(server, 'NEAR(pivot heap)')).toEqual(['near pivot, heap']);
    expect(await found(server, 'pivot NOT heap')).toEqual(['pivot not heap']);
    for (const query of LIKE_OPERATORS) expect(Array.isArray(await found(server, query))).toBe(true);
    expect(await found(server, 'a pivot')).toEqual(['A pivot.']);
  });

  it('of more than 200 characters is refused', async () => {
    const { server } = await speakingServer();
    for (const query of ['a'.repeat(201), 'word '.repeat(2000), '"'.repeat(10_000)]) {
      const { errors } = await request(server.url, SearchMomentsDocument, { query });
      expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'BAD_USER_INPUT', field: 'query' }]);
    }
    for (const query of ['"'.repeat(200), 'x '.repeat(100), '学'.repeat(200), '"a" '.repeat(50), 'a'.repeat(200)]) {
      expect(await found(server, query)).toEqual([]);
    }
  });

  it('a caption cannot write HTML into a snippet', async () => {
    const { server, say } = await speakingServer();
    await say(['pivot &lt;script&gt;alert(1)&lt;/script&gt; &lt;mark&gt; "a" & \'b\'']);
    const { nodes } = await search(server, { query: 'pivot script mark' });
    expect(nodes[0]?.snippet).toBe(
      '<mark>pivot</mark> &lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt; ' +
        '&lt;<mark>mark</mark>&gt; &quot;a&quot; &amp; &#39;b&#39;',
    );
  });

  it('of a long caption some 300 characters are shown, around what was found', async () => {
    const { server, say } = await speakingServer();
    await say([
      `${'before '.repeat(2000)}pivot ${'after '.repeat(2000)}`,
      `${'😀'.repeat(400)} heap ${'😀'.repeat(400)}`,
    ]);
    const [first] = (await search(server, { query: 'pivot' })).nodes;
    expect(first?.snippet).toMatch(/^…(before )+<mark>pivot<\/mark>( after)+…$/);
    expect(first?.snippet.length).toBeLessThan(330);
    const [second] = (await search(server, { query: 'heap' })).nodes;
    expect(second?.snippet).toContain('<mark>heap</mark>');
    expect(second?.snippet.isWellFormed()).toBe(true);
  });
});

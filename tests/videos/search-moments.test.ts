import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/client.js';
import { SearchMomentsDocument } from '../support/generated/graphql.js';
import { courseOf } from '../support/people.js';
import { found, search, speakingServer } from './moments.js';

describe('searchMoments', () => {
  it('gives the lesson, the second and the words, marked', async () => {
    const { server, say, courseId } = await speakingServer();
    const lessonId = await say([
      [0, 'Welcome.'],
      [760, 'The pivot divides the cards.'],
      [3723.5, 'A bad pivot\nis slow.'],
    ]);
    const { nodes, totalCount, pageInfo } = await search(server, { query: 'PIVOT' });
    expect(nodes).toEqual([
      expect.objectContaining({ timestamp: '12:40', snippet: 'The <mark>pivot</mark> divides the cards.' }),
      {
        startSeconds: 3723.5,
        endSeconds: 3728.5,
        timestamp: '1:02:03',
        snippet: 'A bad <mark>pivot</mark>\nis slow.',
        lesson: { id: lessonId, title: 'A lesson', course: { id: courseId } },
      },
    ]);
    expect({ totalCount, ...pageInfo }).toMatchObject({ totalCount: 2, hasNextPage: false });
  });

  it('wants all words in the cue, in any order, and puts first where they stand as asked', async () => {
    const { server, say } = await speakingServer();
    await say(['Sort, and then merge.', 'Merge sort is stable.', 'Merge the halves.', 'Sort the cards.']);
    expect(await found(server, 'merge sort')).toEqual(['Merge sort is stable.', 'Sort, and then merge.']);
  });

  it('takes words in quotation marks as they follow one another', async () => {
    const { server, say } = await speakingServer();
    await say(['Sort, and then merge.', 'Merge sort is stable.', 'We merge. Sort of.', 'A state-of-the-art sort']);
    expect(await found(server, '"merge sort"')).toEqual(['Merge sort is stable.', 'We merge. Sort of.']);
    expect(await found(server, '“sort is stable” merge')).toEqual(['Merge sort is stable.']);
    expect(await found(server, '"sort merge"')).toEqual([]);
    expect(await found(server, 'state-of-the-art')).toEqual(['A state-of-the-art sort']);
    expect(await found(server, '"never closed')).toEqual([]);
  });

  it('takes a word with a star for all that begin so, and none without', async () => {
    const { server, say } = await speakingServer();
    await say(['Quicksort is fast.', 'Be quick.', 'Bubble sort.']);
    expect(await found(server, 'quick*')).toEqual(expect.arrayContaining(['Be quick.', 'Quicksort is fast.']));
    expect(await found(server, 'quick')).toEqual(['Be quick.']);
    expect(await found(server, '"bubble so*"')).toEqual(['Bubble sort.']);
    expect((await search(server, { query: 'quickso*' })).nodes[0]?.snippet).toBe('<mark>Quicksort</mark> is fast.');
    expect(await refused(server.url, SearchMomentsDocument, { query: 'q*' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'query',
    });
  });

  it('folds case and accents, in the query as in what is said', async () => {
    const { server, say } = await speakingServer();
    await say(['La énergie CINÉTIQUE', 'Straße', 'हिन्दी में', 'Да, Ёлка']);
    expect(await found(server, 'energie cinetique')).toEqual(['La énergie CINÉTIQUE']);
    expect(await found(server, 'ÉNERGIE')).toEqual(['La énergie CINÉTIQUE']);
    expect(await found(server, 'e\u0301nergie')).toEqual(['La énergie CINÉTIQUE']);
    expect(await found(server, 'हिन्दी')).toEqual(['हिन्दी में']);
    expect(await found(server, 'ёлка')).toEqual(['Да, Ёлка']);
  });

  it('finds words of languages that write no spaces, also short ones and within longer ones', async () => {
    const { server, say } = await speakingServer();
    await say(['机器学习很有趣。'], { language: 'zh' });
    await say(['東京タワーで機械学習を学ぶ'], { language: 'ja' });
    await say(['การเรียนรู้ของเครื่อง'], { language: 'th' });
    await say(['학교에서 배운다'], { language: 'ko' });
    expect((await search(server, { query: '学习' })).nodes[0]?.snippet).toBe('机器<mark>学习</mark>很有趣。');
    expect(await found(server, '習学')).toEqual([]);
    expect(await found(server, 'タワー 学ぶ')).toEqual(['東京タワーで機械学習を学ぶ']);
    expect((await search(server, { query: 'เรียนรู้' })).nodes[0]?.snippet).toBe('การ<mark>เรียนรู้</mark>ของเครื่อง');
    expect(await found(server, '학교*')).toEqual(['학교에서 배운다']);
  });

  it('ranks where a word is said more often, and more of it around, before where it is said in passing', async () => {
    const { server, say } = await speakingServer();
    await say(['In passing, of all the things that we could speak of here and now, a heap.']);
    await say(['A heap is a tree.', 'The heap, oh the heap!', 'Build a heap.']);
    const heaps = await found(server, 'heap');
    expect(heaps[0]).toBe('The heap, oh the heap!');
    expect(heaps.at(-1)).toContain('In passing');
  });

  it('searches one course when it is named', async () => {
    const { server, say, ina, courseId } = await speakingServer();
    const other = await courseOf(server, ina, 'Another');
    await say(['A pivot here.']);
    await say(['A pivot there.'], { courseId: other });
    await say(['Another pivot here.']);
    expect(await found(server, 'pivot', undefined, other)).toEqual(['A pivot there.']);
    expect(await found(server, 'pivot', undefined, courseId)).toEqual(
      expect.arrayContaining(['A pivot here.', 'Another pivot here.']),
    );
    for (const unknown of ['999', 'x', '0']) expect(await found(server, 'pivot', undefined, unknown)).toEqual([]);
  });
});

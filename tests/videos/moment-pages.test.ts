import { describe, expect, it } from '@jest/globals';
import { refused } from '../support/client.js';
import { SearchMomentsDocument } from '../support/generated/graphql.js';
import { search, speakingServer } from './moments.js';

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `pivot ${'again '.repeat(index % 7)}${index}`);

describe('the pages of searchMoments', () => {
  it('give each moment once, in the order of one large page', async () => {
    const { server, say } = await speakingServer();
    await say(numbered(37));
    await say(numbered(30));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await search(server, { query: 'pivot', first: 9, after });
      seen.push(...page.nodes.map(({ lesson, timestamp }) => `${lesson.id} ${timestamp}`));
      expect(page.totalCount).toBe(67);
      expect(page.edges.at(-1)?.cursor).toBe(page.pageInfo.endCursor);
      after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
    } while (after);
    const whole = await search(server, { query: 'pivot', first: 100 });
    expect(seen).toEqual(whole.nodes.map(({ lesson, timestamp }) => `${lesson.id} ${timestamp}`));
    expect(new Set(seen).size).toBe(67);
  });

  it('count to 1,000 and go on beyond', async () => {
    const { server, say } = await speakingServer();
    await say(numbered(1105));
    const { totalCount, pageInfo } = await search(server, { query: 'pivot', first: 100 });
    expect(totalCount).toBe(1000);
    let [rows, after] = [100, pageInfo.endCursor];
    for (;;) {
      const page = await search(server, { query: 'pivot', first: 100, after });
      rows += page.nodes.length;
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(rows).toBe(1105);
  });

  it('keep to `first` and to cursors that the list gave', async () => {
    const { server, say } = await speakingServer();
    await say(['pivot', 'pivot']);
    for (const wrong of [{ first: 0 }, { first: 101 }, { after: 'nonsense' }, { after: '' }]) {
      const [field] = Object.keys(wrong);
      const refusal = await refused(server.url, SearchMomentsDocument, { query: 'pivot', ...wrong });
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    const { nodes } = await search(server, { query: 'pivot', first: null, after: null, courseId: null });
    expect(nodes).toHaveLength(2);
  });
});

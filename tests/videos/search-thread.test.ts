import { describe, expect, it } from '@jest/globals';
import { ok, refused, request } from '../support/client.js';
import { LessonByIdDocument, SearchMomentsDocument } from '../support/generated/graphql.js';
import { afterTest } from '../support/server.js';
import { found, speakingServer } from './moments.js';

const searchThread = new URL('./failing-thread.mjs', import.meta.url);

/** A server whose thread fails at certain words. */
async function failing(env: Record<string, string> = {}) {
  const { server, say } = await speakingServer({ searchThread, env });
  const lessonId = await say(['A pivot.']);
  const search = (query: string) => request(server.url, SearchMomentsDocument, { query });
  return {
    server,
    lessonId,
    search,
    /** A search that will not end; resolves when it has begun. */
    async stick() {
      const channel = new BroadcastChannel('stuck search');
      afterTest(async () => channel.close());
      const begun = new Promise((resolve) => {
        channel.onmessage = resolve;
      });
      const answer = search('forever').catch(() => null);
      await begun;
      return { answer };
    },
  };
}

describe('the thread that searches', () => {
  it('is replaced when a search takes too long; other requests go on meanwhile, and searches after it', async () => {
    const { server, lessonId, stick } = await failing({ SEARCH_TIMEOUT_MS: '3000' });
    const { answer } = await stick();
    const first = Promise.race([answer, ok(server.url, LessonByIdDocument, { id: lessonId })]);
    expect(await first).toMatchObject({ lesson: { id: lessonId } });
    expect((await answer)?.errors[0]).toMatchObject({
      message: expect.stringContaining('too long'),
      extensions: { code: 'QUERY_TOO_COMPLEX' },
    });
    expect(await found(server, 'pivot')).toEqual(['A pivot.']);
  });

  it('turns searches away when too many wait, with a time to come back, and serves who waited', async () => {
    const { stick, search } = await failing({ SEARCH_TIMEOUT_MS: '3000', SEARCH_QUEUE: '1' });
    await stick();
    const results = await Promise.all([search('pivot'), search('pivot'), search('pivot')]);
    const refusals = results.flatMap(({ errors }) => errors.map(({ extensions }) => extensions));
    expect(refusals).toEqual(Array(2).fill({ code: 'RATE_LIMITED', retryAfterSeconds: 1 }));
    expect(results.flatMap(({ data }) => data?.searchMoments.nodes ?? [])).toHaveLength(1);
  });

  it('takes only its own search with it when it dies, and masks what it died of', async () => {
    const { server } = await failing();
    for (const query of ['crash', 'broken']) {
      const error = await refused(server.url, SearchMomentsDocument, { query });
      expect(error).toMatchObject({ code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) });
      expect(JSON.stringify(error)).not.toMatch(/table|thread/);
      expect(await found(server, 'pivot')).toEqual(['A pivot.']);
    }
  });

  it('does not keep the server from stopping, also while it is stuck', async () => {
    const { server, stick } = await failing({ SEARCH_TIMEOUT_MS: '60000' });
    const { answer } = await stick();
    await server.stop();
    expect((await answer)?.errors.map(({ extensions }) => extensions.code) ?? []).not.toContain('QUERY_TOO_COMPLEX');
  });
});

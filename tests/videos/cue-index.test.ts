import { describe, expect, it } from '@jest/globals';
import { transaction } from '../../src/shared/app.js';
import { CueRow } from '../../src/videos/cue.row.js';
import { cueId } from '../../src/videos/cue-id.js';
import { RevisionRow } from '../../src/videos/revision.row.js';
import { ok } from '../support/client.js';
import { SetTranscriptDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, type Person, vttOf } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { checkIndex, indexed, spoilIndex } from './index-rows.js';

const MINUTE_MS = 60_000;

async function load(server: TestServer, { token }: Person, lessonId: string, text: string): Promise<void> {
  const input = { lessonId, language: 'en', format: 'VTT', content: vttOf([[0, text]]) } as const;
  await ok(server.url, SetTranscriptDocument, { input }, token);
}

/** The texts found in what readers have: the revision of each transcript. */
const liveMatches = (server: TestServer, word: string) => indexed(server, [word], true);

async function lessonAndClock() {
  let now = Date.UTC(2026, 2, 1);
  const server = await startTestServer({ clock: { now: () => now, monotonic: () => performance.now() } });
  const ina = await instructor(server);
  const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
  const advance = (ms: number) => {
    now += ms;
  };
  return { server, ina, lessonId, advance };
}

describe('the full-text index', () => {
  it('holds the cues of a transcript as soon as it is loaded', async () => {
    const { server, ina, lessonId } = await lessonAndClock();
    await load(server, ina, lessonId, 'The pivot divides the naïve cards.');
    expect(await liveMatches(server, 'pivot')).toEqual(['The pivot divides the naïve cards.']);
    expect(await liveMatches(server, 'naive')).toEqual(['The pivot divides the naïve cards.']);
    expect(await liveMatches(server, 'heap')).toEqual([]);
    await checkIndex(server);
  });

  it('finds the new text and not the old one after a replacement', async () => {
    const { server, ina, lessonId } = await lessonAndClock();
    const other = await lessonOf(server, ina, await courseOf(server, ina), { vtt: vttOf([[0, 'A pivot elsewhere.']]) });
    await load(server, ina, lessonId, 'The pivot divides the cards.');
    await load(server, ina, lessonId, 'A heap is a tree.');

    expect(await liveMatches(server, 'pivot')).toEqual(['A pivot elsewhere.']);
    expect(await liveMatches(server, 'heap')).toEqual(['A heap is a tree.']);
    await checkIndex(server);
    await load(server, ina, other, 'Nothing more.');
    expect(await liveMatches(server, 'pivot')).toEqual([]);
  });

  it('keeps a replaced text for who is reading it, and lets go of it a minute later', async () => {
    const { server, ina, lessonId, advance } = await lessonAndClock();
    await load(server, ina, lessonId, 'The pivot divides the cards.');
    await load(server, ina, lessonId, 'A heap is a tree.');
    await load(server, ina, lessonId, 'A hash is a number.');
    const texts = async () => {
      const rows = await server.app.read.selectFrom('transcriptCues').select('text').orderBy('id').execute();
      return rows.map(({ text }) => text);
    };
    expect(await texts()).toEqual(['The pivot divides the cards.', 'A heap is a tree.', 'A hash is a number.']);

    advance(MINUTE_MS + 1);
    await load(server, ina, lessonId, 'A graph has edges.');

    expect(await texts()).toEqual(['A hash is a number.', 'A graph has edges.']);
    expect(await indexed(server, ['pivot', 'heap', 'hash', 'graph'])).toEqual([
      'A hash is a number.',
      'A graph has edges.',
    ]);
    const revisions = await server.app.read.selectFrom('transcriptRevisions').select('id').execute();
    expect(revisions).toHaveLength(2);
    await checkIndex(server);
  });

  it('lets go of a text that a dead process has staged and never switched to', async () => {
    const { server, ina, lessonId, advance } = await lessonAndClock();
    await load(server, ina, lessonId, 'The pivot divides the cards.');
    await transaction(server.app, async (em) => {
      const revisionId = await em.insert(RevisionRow, { createdAt: server.app.clock.now() });
      const cue = { id: cueId(revisionId, 0), revisionId, startMs: 0, endMs: 1000, text: 'orphaned' };
      await em.insert(CueRow, cue);
      await server.app.dialect.indexCues(em, [cue]);
    });
    await load(server, ina, lessonId, 'A heap is a tree.');
    expect(await indexed(server, ['orphaned'])).toEqual(['orphaned']);

    advance(60 * MINUTE_MS + 1);
    await server.stop();
    const again = await startTestServer({ dataDir: server.dataDir, clock: server.app.clock });
    expect(await indexed(again, ['orphaned'])).toEqual([]);
    expect(await liveMatches(again, 'heap')).toEqual(['A heap is a tree.']);
    await checkIndex(again);
  });

  it('says so when it is not what the cues say', async () => {
    const { server, ina, lessonId } = await lessonAndClock();
    await load(server, ina, lessonId, 'The pivot divides the cards.');
    await spoilIndex(server);
    await expect(checkIndex(server)).rejects.toThrow();
  });
});

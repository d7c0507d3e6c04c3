import { describe, expect, it } from '@jest/globals';
import { ok, request } from '../support/client.js';
import { DeleteLessonDocument, SetTranscriptDocument, TranscriptsOfDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, vttOf } from '../support/people.js';
import { startTestServer } from '../support/server.js';

const CUES = 350;
const OLD = vttOf(Array.from({ length: CUES }, (_, index) => [index, `old ${index}`]));
const NEW = vttOf(Array.from({ length: CUES + 50 }, (_, index) => [index, `new ${index}`]));

/** A server that stops in `setTranscript` when all is staged and nothing is switched, while it is told to hold. */
async function heldServer() {
  const staged = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  let holding = false;
  const server = await startTestServer({
    env: { RATE_COST_PER_MINUTE: '0' },
    async checkpoint(name) {
      if (!holding || name !== 'transcript.staged') return;
      staged.resolve();
      await released.promise;
    },
  });
  const ina = await instructor(server);
  const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
  return {
    server,
    ina,
    lessonId,
    /** Loads a transcript; the answer comes when it is there. */
    set: (content: string) => {
      const input = { lessonId, language: 'en', format: 'VTT', content } as const;
      return request(server.url, SetTranscriptDocument, { input }, ina.token);
    },
    hold: () => {
      holding = true;
    },
    staged: staged.promise,
    release: () => {
      holding = false;
      released.resolve();
    },
    async read() {
      const { lesson } = await ok(server.url, TranscriptsOfDocument, { lessonId, first: 1000 });
      return lesson?.transcripts.map(({ vtt, cues, cueCount }) => ({ vtt, cues: cues.length, cueCount })) ?? [];
    },
  };
}

describe('while a transcript is replaced', () => {
  it('readers have the old text until the new one is whole', async () => {
    const { set, hold, staged, release, read } = await heldServer();
    await set(OLD);
    hold();
    const replacement = set(NEW);
    await staged;

    expect(await read()).toEqual([{ vtt: OLD, cues: CUES, cueCount: CUES }]);
    release();
    expect((await replacement).data?.setTranscript.cueCount).toBe(CUES + 50);
    expect(await read()).toEqual([{ vtt: NEW, cues: CUES + 50, cueCount: CUES + 50 }]);
  });

  it('readers of a first transcript have none until it is whole', async () => {
    const { set, hold, staged, release, read } = await heldServer();
    hold();
    const first = set(NEW);
    await staged;

    expect(await read()).toEqual([]);
    release();
    await first;
    expect(await read()).toHaveLength(1);
  });

  it('readers never have a mixture', async () => {
    const { set, read } = await heldServer();
    await set(OLD);
    const whole = [
      { vtt: OLD, cues: CUES, cueCount: CUES },
      { vtt: NEW, cues: CUES + 50, cueCount: CUES + 50 },
    ];
    let ended = false;
    const replacements = Promise.all([set(NEW), set(OLD), set(NEW)]).then((results) => {
      ended = true;
      return results.flatMap(({ errors }) => errors);
    });
    do {
      const [transcript, ...others] = await read();
      expect(others).toEqual([]);
      expect(whole).toContainEqual(transcript);
    } while (!ended);
    expect(await replacements).toEqual([]);
  });

  it('another replacement may run: the lesson then has one of the two texts', async () => {
    const { set, read } = await heldServer();
    const results = await Promise.all([set(OLD), set(NEW)]);

    const [first, second] = results.map(({ data }) => data?.setTranscript.id);
    expect(first).toEqual(expect.any(String));
    expect(second).toBe(first);
    const [transcript, ...others] = await read();
    expect(others).toEqual([]);
    expect([OLD, NEW]).toContain(transcript?.vtt);
  });

  it('a lesson that is deleted meanwhile gets none', async () => {
    const { server, ina, lessonId, set, hold, staged, release } = await heldServer();
    await set(OLD);
    hold();
    const replacement = set(NEW);
    await staged;
    await ok(server.url, DeleteLessonDocument, { id: lessonId }, ina.token);
    release();

    expect((await replacement).errors[0]?.extensions.code).toBe('NOT_FOUND');
    const rows = await server.app.read.selectFrom('transcripts').select('cueCount').execute();
    expect(rows).toEqual([{ cueCount: CUES }]);
  });

  it('a failure leaves the old text', async () => {
    let failing = false;
    const server = await startTestServer({
      async checkpoint(name) {
        if (failing && name === 'transcript.staged') throw new Error('the disk is full');
      },
    });
    const ina = await instructor(server);
    const lessonId = await lessonOf(server, ina, await courseOf(server, ina), { vtt: OLD });
    failing = true;
    const input = { lessonId, language: 'en', format: 'VTT', content: NEW } as const;
    const { errors } = await request(server.url, SetTranscriptDocument, { input }, ina.token);

    expect(errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(errors[0]?.message).not.toContain('disk');
    const { lesson } = await ok(server.url, TranscriptsOfDocument, { lessonId });
    expect(lesson?.transcripts).toMatchObject([{ vtt: OLD, cueCount: CUES }]);
  });
});

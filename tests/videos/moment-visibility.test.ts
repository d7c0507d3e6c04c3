import { describe, expect, it } from '@jest/globals';
import { ok, request } from '../support/client.js';
import {
  DeleteCourseDocument,
  DeleteLessonDocument,
  SetTranscriptDocument,
  UpdateCourseDocument,
} from '../support/generated/graphql.js';
import { admin, courseOf, instructor, student, vttOf } from '../support/people.js';
import { found, search, speakingServer } from './moments.js';

describe('searchMoments finds', () => {
  it('in a draft only for its instructor and administrators, with and without the course named', async () => {
    const { server, say, ina } = await speakingServer();
    const draft = await courseOf(server, ina, 'Secret', 'DRAFT');
    await say(['A secret pivot.'], { courseId: draft });
    const [sam, otto, ada] = [await student(server), await instructor(server, 'otto'), await admin(server)];
    for (const courseId of [undefined, draft]) {
      for (const token of [undefined, sam.token, otto.token]) {
        expect(await found(server, 'pivot', token, courseId)).toEqual([]);
      }
      for (const { token } of [ina, ada]) expect(await found(server, 'pivot', token, courseId)).toHaveLength(1);
    }
    expect((await search(server, { query: 'pivot' }, sam.token)).totalCount).toBe(0);
  });

  it('what is published as soon as it is, and no longer than it is', async () => {
    const { server, say, ina } = await speakingServer();
    const id = await courseOf(server, ina, 'Soon', 'DRAFT');
    await say(['A pivot.'], { courseId: id });
    await ok(server.url, UpdateCourseDocument, { id, input: { status: 'PUBLISHED' } }, ina.token);
    expect(await found(server, 'pivot')).toEqual(['A pivot.']);
    await ok(server.url, UpdateCourseDocument, { id, input: { status: 'DRAFT' } }, ina.token);
    expect(await found(server, 'pivot')).toEqual([]);
    expect(await found(server, 'pivot', ina.token)).toEqual(['A pivot.']);
  });

  it('nothing of what is deleted, for nobody', async () => {
    const { server, say, ina, courseId } = await speakingServer();
    const ada = await admin(server);
    const gone = await say(['A pivot in a deleted lesson.']);
    await say(['A pivot that stays a while.']);
    await ok(server.url, DeleteLessonDocument, { id: gone }, ina.token);
    for (const token of [undefined, ina.token, ada.token]) {
      expect(await found(server, 'pivot', token)).toEqual(['A pivot that stays a while.']);
    }
    await ok(server.url, DeleteCourseDocument, { id: courseId }, ina.token);
    for (const token of [undefined, ina.token, ada.token]) {
      expect(await found(server, 'pivot', token)).toEqual([]);
      expect(await found(server, 'pivot', token, courseId)).toEqual([]);
    }
  });

  it('is not hidden by what others may not see, however much of it matches', async () => {
    const { server, say, ina } = await speakingServer();
    const draft = await courseOf(server, ina, 'Secret', 'DRAFT');
    await say(
      Array.from({ length: 12_000 }, () => 'pivot'),
      { courseId: draft },
    );
    await say(['A public pivot.']);
    expect(await found(server, 'pivot')).toEqual(['A public pivot.']);
  });
});

describe('after a transcript was replaced', () => {
  it('only the new text is found, and until then only the old one', async () => {
    const staged = Promise.withResolvers<void>();
    const released = Promise.withResolvers<void>();
    let holding = false;
    const { server, say, ina } = await speakingServer({
      async checkpoint(name) {
        if (!holding || name !== 'transcript.staged') return;
        staged.resolve();
        await released.promise;
      },
    });
    const lessonId = await say(['The old pivot.']);
    await say(['Un pivot.'], { language: 'fr' });
    holding = true;
    const input = { lessonId, language: 'en', format: 'VTT', content: vttOf([[0, 'The new heap.']]) } as const;
    const replacement = request(server.url, SetTranscriptDocument, { input }, ina.token);
    await staged.promise;
    expect((await found(server, 'pivot')).toSorted()).toEqual(['The old pivot.', 'Un pivot.']);
    expect(await found(server, 'heap')).toEqual([]);
    released.resolve();
    await replacement;
    expect(await found(server, 'pivot')).toEqual(['Un pivot.']);
    expect(await found(server, 'heap')).toEqual(['The new heap.']);
  });
});

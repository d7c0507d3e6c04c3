import { describe, expect, it } from '@jest/globals';
import { ok, refused } from '../support/client.js';
import {
  DeleteLessonDocument,
  SetTranscriptDocument,
  type SetTranscriptInput,
  TranscriptsOfDocument,
} from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf, SORTING_LECTURE, student, vttOf } from '../support/people.js';
import { startTestServer } from '../support/server.js';

const OTHER = vttOf([[0, 'Something else.']]);
const MEGABYTE = 1024 * 1024;

/** A lesson with a transcript, and what is to be said of it after every refusal. */
async function sortingLesson() {
  const server = await startTestServer();
  const ina = await instructor(server);
  const courseId = await courseOf(server, ina);
  const lessonId = await lessonOf(server, ina, courseId, { vtt: SORTING_LECTURE });
  const stored = () => ok(server.url, TranscriptsOfDocument, { lessonId }, ina.token);
  const refusalTo = (token: string | undefined, changes: Partial<SetTranscriptInput> = {}) => {
    const input = { lessonId, language: 'en', format: 'VTT', content: OTHER, ...changes } as const;
    return refused(server.url, SetTranscriptDocument, { input }, token);
  };
  const refusal = (changes: Partial<SetTranscriptInput>) => refusalTo(ina.token, changes);
  return { server, ina, lessonId, stored, refusal, refusalTo };
}

describe('setTranscript refuses', () => {
  it('a file that cannot be read, with the line, and changes nothing', async () => {
    const { stored, refusal } = await sortingLesson();
    const before = await stored();
    const broken: [string, number][] = [
      ['WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:0x.000 --> 00:03.000\ntwo\n', 6],
      ['WEBVTT\r\n\r\n00:01.000 -->\r\none\r\n', 3],
      ['1\n00:00:61,000 --> 00:01:02,000\none\n', 2],
      ['Once upon a time\n\n00:01.000 --> 00:02.000\none\n', 1],
      ['00:01.000 --> 00:02.000\none\n\n\u0000\n', 4],
      ['', 1],
      ['WEBVTT\n', 1],
      ['A text without times.', 1],
      ['WEBVTT\n\n00:01.000 --> 00:02.000\n\n00:02.000 --> 00:03.000\n<i></i>\n', 1],
    ];
    for (const [content, line] of broken) {
      for (const format of ['VTT', 'SRT'] as const) {
        const { code, field, line: told, message } = await refusal({ content, format });
        expect({ content, code, field, line: told }).toEqual({
          content,
          code: 'BAD_USER_INPUT',
          field: 'content',
          line,
        });
        expect(message).toContain(`Line ${line}: `);
      }
    }
    expect(await stored()).toEqual(before);
  });

  it('6 MB, and every byte above 5 MB, as content that is too large', async () => {
    const { stored, refusal } = await sortingLesson();
    const before = await stored();
    const files = [
      OTHER.padEnd(6 * MEGABYTE, 'and a line of words\n'),
      OTHER.repeat(Math.ceil((6 * MEGABYTE) / OTHER.length)),
      OTHER.padEnd(5 * MEGABYTE + 1, ' '),
      `${OTHER}${'é'.repeat((5 * MEGABYTE) / 2)}`,
    ];
    for (const content of files) {
      expect(await refusal({ content })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'content',
        message: expect.stringContaining('5 MB'),
      });
    }
    expect(await stored()).toEqual(before);
  });

  it('20,001 cues, with the line of the last', async () => {
    const { stored, refusal } = await sortingLesson();
    const before = await stored();
    const content = `WEBVTT\n\n${'00:01.000 --> 00:02.000\none\n\n'.repeat(20_001)}`;
    expect(await refusal({ content })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'content', line: 60_003 });
    expect(await stored()).toEqual(before);
  });

  it('what is no language tag', async () => {
    const { stored, refusal } = await sortingLesson();
    const before = await stored();
    const tooLong = `en-x${'-aaaaaaaa'.repeat(30)}`;
    for (const language of ['', ' ', 'e', 'en_US', 'English (UK)', 'en-', '-en', 'en--US', 'en\u0000', 'x', tooLong]) {
      const { code, field } = await refusal({ language });
      expect({ language, code, field }).toEqual({ language, code: 'BAD_USER_INPUT', field: 'language' });
    }
    expect(await stored()).toEqual(before);
  });

  it('null for anything', async () => {
    const { stored, refusal } = await sortingLesson();
    const before = await stored();
    for (const field of ['lessonId', 'language', 'format', 'content']) {
      expect((await refusal({ [field]: null })).code).toBe('BAD_USER_INPUT');
    }
    expect(await stored()).toEqual(before);
  });

  it('everyone but the instructor of a published course', async () => {
    const { server, stored, refusalTo } = await sortingLesson();
    const before = await stored();
    const otto = await instructor(server, 'otto');
    const sam = await student(server);
    expect((await refusalTo(otto.token)).code).toBe('FORBIDDEN');
    expect((await refusalTo(sam.token)).code).toBe('FORBIDDEN');
    expect((await refusalTo(undefined)).code).toBe('UNAUTHENTICATED');
    // Asked before anything is read or staged.
    expect((await refusalTo(otto.token, { content: 'no captions', language: '' })).code).toBe('FORBIDDEN');
    expect(await server.app.read.selectFrom('transcriptRevisions').select('id').execute()).toHaveLength(1);
    expect(await stored()).toEqual(before);
  });

  it('a lesson that is not known to the viewer', async () => {
    const { server, ina, lessonId, refusal, refusalTo } = await sortingLesson();
    const draft = await lessonOf(server, ina, await courseOf(server, ina, 'Secret', 'DRAFT'));
    const otto = await instructor(server, 'otto');
    expect((await refusalTo(otto.token, { lessonId: draft })).code).toBe('NOT_FOUND');
    expect((await refusal({ lessonId: '999999' })).code).toBe('NOT_FOUND');
    expect((await refusal({ lessonId: 'nonsense' })).code).toBe('NOT_FOUND');
    await ok(server.url, DeleteLessonDocument, { id: lessonId }, ina.token);
    expect((await refusal({})).code).toBe('NOT_FOUND');
  });
});

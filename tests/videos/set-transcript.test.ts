import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { LessonByIdDocument, SetTranscriptDocument, TranscriptsOfDocument } from '../support/generated/graphql.js';
import { admin, courseOf, instructor, lessonOf, type Person, SORTING_LECTURE, vttOf } from '../support/people.js';
import { startTestServer, type TestServer } from '../support/server.js';

interface Captions {
  lessonId: string;
  content: string;
  language?: string;
  format?: 'VTT' | 'SRT';
}

async function load(server: TestServer, { token }: Person, { language = 'en', format = 'VTT', ...rest }: Captions) {
  const input = { language, format, ...rest };
  return (await ok(server.url, SetTranscriptDocument, { input }, token)).setTranscript;
}

async function read(server: TestServer, lessonId: string) {
  const { lesson } = await ok(server.url, TranscriptsOfDocument, { lessonId });
  return lesson?.transcripts ?? [];
}

async function oneLesson() {
  const server = await startTestServer();
  const ina = await instructor(server);
  const courseId = await courseOf(server, ina);
  return { server, ina, courseId, lessonId: await lessonOf(server, ina, courseId) };
}

describe('setTranscript', () => {
  it('loads WebVTT and gives its facts, its cues and its text back', async () => {
    const { server, ina, lessonId } = await oneLesson();
    const content = [
      'WEBVTT - a lecture',
      'NOTE by hand',
      'intro\n00:01.500 --> 00:04.000 align:start\n<v Ada>Welcome &amp; hello',
      '01:00:04.000 --> 01:00:06.250\nto the <i>lecture</i>.\nSit down.',
    ].join('\n\n');

    const transcript = await load(server, ina, { lessonId, content });

    const facts = { language: 'en', cueCount: 2, durationSeconds: 3606.25 };
    expect(transcript).toEqual({
      id: expect.any(String),
      ...facts,
      captionsUrl: expect.stringContaining('/media/captions/'),
    });
    expect(await read(server, lessonId)).toEqual([
      {
        id: transcript.id,
        ...facts,
        cues: [
          { startSeconds: 1.5, endSeconds: 4, text: 'Welcome & hello' },
          { startSeconds: 3604, endSeconds: 3606.25, text: 'to the lecture.\nSit down.' },
        ],
        vtt:
          'WEBVTT\n\n00:00:01.500 --> 00:00:04.000\nWelcome &amp; hello\n\n' +
          '01:00:04.000 --> 01:00:06.250\nto the lecture.\nSit down.\n',
      },
    ]);
  });

  it('loads SubRip', async () => {
    const { server, ina, lessonId } = await oneLesson();
    const content =
      '\ufeff1\r\n00:00:01,500 --> 00:00:04,000\r\n<font color="red">It&#39;s</font> {\\an8}hot\r\n\r\n' +
      '2\r\n00:00:04,000 --> 00:00:06,250\r\ntoday\r\n';
    const transcript = await load(server, ina, { lessonId, content, format: 'SRT', language: 'en-GB' });
    expect(transcript).toMatchObject({ language: 'en-GB', cueCount: 2, durationSeconds: 6.25 });
    expect((await read(server, lessonId))[0]?.cues).toEqual([
      { startSeconds: 1.5, endSeconds: 4, text: "It's hot" },
      { startSeconds: 4, endSeconds: 6.25, text: 'today' },
    ]);
  });

  it('keeps a cue that does not end after it begins, and takes no duration from it', async () => {
    const { server, ina, lessonId } = await oneLesson();
    const content =
      'WEBVTT\n\n00:01.000 --> 00:02.000\none\n\n00:09.000 --> 00:05.000\nback\n\n00:07.000 --> 00:07.000\nat';
    expect(await load(server, ina, { lessonId, content })).toMatchObject({ cueCount: 3, durationSeconds: 2 });
    expect((await read(server, lessonId))[0]?.cues).toEqual([
      { startSeconds: 1, endSeconds: 2, text: 'one' },
      { startSeconds: 7, endSeconds: 7, text: 'at' },
      { startSeconds: 9, endSeconds: 5, text: 'back' },
    ]);
  });

  it('reads its own `vtt` back to the same transcript', async () => {
    const { server, ina, courseId, lessonId } = await oneLesson();
    const spoken = 'if a &lt; b &amp;&amp; c &gt; d\n&lt;i&gt; --&gt; &#123;\\an8} &amp;amp;\n42\n今日は 😀';
    await load(server, ina, { lessonId, content: `${SORTING_LECTURE}\n00:20:00.000 --> 00:19:00.000\n${spoken}\n` });
    const [first] = await read(server, lessonId);

    const copy = await lessonOf(server, ina, courseId, { vtt: first?.vtt ?? '' });

    expect(first?.cueCount).toBe(13);
    expect(await read(server, copy)).toEqual([{ ...first, id: expect.any(String) }]);
  });

  it('writes the language in its canonical form, and finds the transcript in any other', async () => {
    const { server, ina, lessonId } = await oneLesson();
    const first = await load(server, ina, { lessonId, content: vttOf([[0, 'colour']]), language: 'EN-us' });
    const again = await load(server, ina, { lessonId, content: vttOf([[0, 'color']]), language: 'en-US' });
    expect([first.language, again.language, again.id]).toEqual(['en-US', 'en-US', first.id]);

    const tags = ['ID', 'zh-hant-tw', 'iw'];
    const found = [];
    for (const language of tags) {
      found.push((await load(server, ina, { lessonId, content: vttOf([[0, 'x']]), language })).language);
    }
    expect(found).toEqual(['id', 'zh-Hant-TW', 'he']);
  });

  it('replaces the text of a language: same id, nothing left of the old text', async () => {
    const { server, ina, lessonId } = await oneLesson();
    const old = await load(server, ina, { lessonId, content: SORTING_LECTURE });
    const content = vttOf([
      [0, 'Hashing today.'],
      [4, 'No sorting.'],
    ]);

    const transcript = await load(server, ina, { lessonId, content });

    expect(transcript).toMatchObject({ id: old.id, cueCount: 2, durationSeconds: 9 });
    const [found, ...others] = await read(server, lessonId);
    expect(others).toEqual([]);
    expect(found).toMatchObject({ id: old.id, cueCount: 2, durationSeconds: 9, vtt: content });
    expect(found?.cues.map(({ text }) => text)).toEqual(['Hashing today.', 'No sorting.']);
  });

  it('leaves the other languages, the first loaded first', async () => {
    const { server, ina, lessonId } = await oneLesson();
    await load(server, ina, { lessonId, content: vttOf([[0, 'Selamat datang.']]), language: 'id' });
    await load(server, ina, { lessonId, content: vttOf([[0, 'Welcome.']]), language: 'en' });
    await load(server, ina, { lessonId, content: vttOf([[0, 'Bienvenue.']]), language: 'fr' });
    await load(server, ina, { lessonId, content: vttOf([[0, 'Selamat pagi.']]), language: 'id' });

    const transcripts = await read(server, lessonId);
    expect(transcripts.map(({ language, cues }) => [language, cues[0]?.text])).toEqual([
      ['id', 'Selamat pagi.'],
      ['en', 'Welcome.'],
      ['fr', 'Bienvenue.'],
    ]);
  });

  it('leaves the transcripts of other lessons', async () => {
    const { server, ina, courseId, lessonId } = await oneLesson();
    const other = await lessonOf(server, ina, courseId, { vtt: vttOf([[0, 'Elsewhere.']]) });
    await load(server, ina, { lessonId, content: vttOf([[0, 'Here.']]) });
    await load(server, ina, { lessonId, content: vttOf([[0, 'Here again.']]) });
    expect((await read(server, other)).map(({ cues }) => cues[0]?.text)).toEqual(['Elsewhere.']);
  });

  it('lets an administrator load captions for any lesson', async () => {
    const { server, ina } = await oneLesson();
    const lessonId = await lessonOf(server, ina, await courseOf(server, ina, 'Secret', 'DRAFT'));
    await load(server, await admin(server), { lessonId, content: SORTING_LECTURE });
    const { lesson } = await ok(server.url, LessonByIdDocument, { id: lessonId }, ina.token);
    expect(lesson?.transcripts).toMatchObject([{ language: 'en', cueCount: 12 }]);
  });
});

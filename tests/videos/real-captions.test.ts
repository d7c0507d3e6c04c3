import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ok } from '../support/client.js';
import { SetTranscriptDocument, TranscriptsOfDocument } from '../support/generated/graphql.js';
import { courseOf, instructor, lessonOf } from '../support/people.js';
import { startTestServer } from '../support/server.js';

/** Captions of lectures as their makers gave them out; kept beside the repository, since they are not ours to copy. */
const CORPUS = join(import.meta.dirname, '../../../shared/corpus/captions');
const files = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith('.srt')) : [];

if (files.length === 0) console.log('Left out: there is no folder of real captions beside the repository.');
const describeWhenThere = files.length === 0 ? describe.skip : describe;

describeWhenThere('a real caption file', () => {
  it.each(files)('loads with every spoken cue and word: %s', async (file) => {
    const content = readFileSync(join(CORPUS, file), 'utf8');
    const server = await startTestServer();
    const ina = await instructor(server);
    const lessonId = await lessonOf(server, ina, await courseOf(server, ina));
    const input = { lessonId, language: 'en', format: 'SRT', content } as const;

    const { setTranscript } = await ok(server.url, SetTranscriptDocument, { input }, ina.token);

    expect(setTranscript.cueCount).toBe(content.match(/-->/g)?.length);
    const { lesson } = await ok(server.url, TranscriptsOfDocument, { lessonId, first: 1000 });
    const [transcript] = lesson?.transcripts ?? [];
    expect(transcript?.vtt.match(/-->/g)).toHaveLength(setTranscript.cueCount);
    expect(transcript?.cues).toHaveLength(Math.min(setTranscript.cueCount, 1000));
    const texts = transcript?.cues.map(({ text }) => text).join('\n');
    expect(texts).not.toMatch(/&(#\d+|\w+);/);
    const spoken = wordsOf(content.replaceAll('&#39;', "'"));
    expect(wordsOf(transcript?.vtt.replaceAll('&amp;', '&') ?? '')).toEqual(['WEBVTT', ...spoken]);
    expect(spoken.join(' ').startsWith(texts?.split(/\s+/).join(' ') ?? '?')).toBe(true);
  });
});

/** What is left of a caption file without its numbers and times. */
function wordsOf(captions: string): string[] {
  return captions
    .replace(/^\d+\n(?=\d\d:)/gm, '')
    .replace(/^.*-->.*$/gm, '')
    .split(/\s+/)
    .filter(Boolean);
}

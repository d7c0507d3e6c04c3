import { courseById } from '../courses/course.queries.js';
import type { LessonFields } from '../courses/lesson.queries.js';
import type { App } from '../shared/app.js';
import type { RequestContext } from '../shared/request-context.js';
import { contentWords, singular } from '../shared/words.js';
import { searchCues } from '../videos/cue-search.queries.js';
import { type CueFields, cuesById, cuesInWindow, type TranscriptFields } from '../videos/transcript.queries.js';
import type { Material, PassageCue, Turn } from './material.js';
import { detectLanguage, pickLanguage } from './question-language.js';

/** What is on the screen: cues so far before and after the moment. */
const BEFORE_MS = 90_000;
const AFTER_MS = 60_000;
/** Without a moment and without a match, the beginning says at least what the lecture is about. */
const OPENING_MS = 90_000;
const MOST_IN_WINDOW = 400;
const MATCHES = 24;
const SEARCH_WORDS = 16;
/** A question with fewer words of its own is a follow-up: the earlier question says what it is about. */
const FEW_WORDS = 3;
const TURNS = 4;

/** Gathers what an answer to this question can be drawn from. */
export async function gatherMaterial(
  ctx: RequestContext,
  ask: {
    userId: number;
    lesson: LessonFields;
    transcripts: readonly TranscriptFields[];
    question: string;
    timestampSeconds: number | null;
  },
): Promise<Material> {
  const { lesson, question, timestampSeconds } = ask;
  const turns = await earlierTurns(ctx, ask.userId, lesson.id);
  const transcript = chooseTranscript(ask.transcripts, question);
  const course = await courseById(ctx, lesson.courseId);
  return {
    courseTitle: course?.title ?? '',
    lessonId: lesson.id,
    lessonTitle: lesson.title,
    question,
    questionLanguage: detectLanguage(question),
    timestampSeconds,
    transcriptLanguage: transcript?.language ?? null,
    cues: transcript ? await chooseCues(ctx, transcript, question, turns, timestampSeconds) : [],
    turns,
  };
}

function chooseTranscript(transcripts: readonly TranscriptFields[], question: string): TranscriptFields | undefined {
  if (transcripts.length < 2) return transcripts[0];
  const languages = transcripts.map(({ language }) => language);
  const language = pickLanguage(question, languages);
  return transcripts.find((each) => each.language === language);
}

async function chooseCues(
  app: App,
  transcript: TranscriptFields,
  question: string,
  turns: readonly Turn[],
  timestampSeconds: number | null,
): Promise<PassageCue[]> {
  const chosen = new Map<number, PassageCue>();
  const choose = (cues: readonly CueFields[], kind: PassageCue['kind'], rankOf: (cue: CueFields) => number) => {
    for (const { id, startMs, endMs, text } of cues) {
      if (chosen.has(id)) continue;
      const { lessonId, language } = transcript;
      chosen.set(id, {
        id,
        lessonId,
        language,
        startMs,
        endMs,
        text,
        kind,
        rank: rankOf({ id, startMs, endMs, text }),
      });
    }
  };
  const { revisionId } = transcript;
  if (timestampSeconds !== null) {
    const atMs = timestampSeconds * 1000;
    const window = { fromMs: atMs - BEFORE_MS, toMs: atMs + AFTER_MS, limit: MOST_IN_WINDOW };
    choose(await cuesInWindow(app, revisionId, window), 'moment', (cue) => distance(cue, atMs));
  }
  const matches = await searchCues(app, revisionId, searchWords(question, turns, transcript.language), MATCHES);
  // A cue is a few words: what was said right before and after belongs to it.
  const rank = new Map<number, number>();
  for (const [index, { id }] of matches.entries()) {
    for (const each of [id, id - 1, id + 1]) if (!rank.has(each)) rank.set(each, index);
  }
  choose(await cuesById(app, revisionId, [...rank.keys()]), 'match', ({ id }) => rank.get(id) ?? MATCHES);
  if (chosen.size === 0) {
    const opening = { fromMs: 0, toMs: OPENING_MS, limit: MOST_IN_WINDOW };
    choose(await cuesInWindow(app, revisionId, opening), 'moment', (cue) => cue.startMs);
  }
  return [...chosen.values()].sort((a, b) => a.id - b.id);
}

function searchWords(question: string, turns: readonly Turn[], language: string): string[] {
  const own = [...contentWords(question, language)];
  const earlier = own.length < FEW_WORDS ? [...contentWords(turns.at(-1)?.message ?? '', language)] : [];
  return [...new Set([...own, ...earlier].map(singular))].slice(0, SEARCH_WORDS);
}

/** How far a cue is from a moment, in milliseconds. */
function distance({ startMs, endMs }: CueFields, atMs: number): number {
  return Math.max(startMs - atMs, atMs - endMs, 0);
}

async function earlierTurns(app: App, userId: number, lessonId: number): Promise<Turn[]> {
  const turns = await app.read
    .selectFrom('chatHistory')
    .select(['message', 'response'])
    .where('userId', '=', userId)
    .where('lessonId', '=', lessonId)
    .where('status', 'in', ['COMPLETED', 'CANCELLED'])
    .where('response', '!=', '')
    .orderBy('id', 'desc')
    .limit(TURNS)
    .execute();
  return turns.reverse();
}

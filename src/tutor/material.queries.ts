import { sql } from 'kysely';
import type { AskedLesson } from '../courses/lesson.queries.js';
import type { App } from '../shared/app.js';
import type { RequestContext } from '../shared/request-context.js';
import { Statement } from '../shared/statement.js';
import { primaryLanguage } from '../shared/words.js';
import type { TranscriptFields } from '../videos/transcript.queries.js';
import type { Material, PassageCue, Turn } from './material.js';
import { findInOtherLessons } from './other-lessons.queries.js';
import { detectLanguage, pickLanguage } from './question-language.js';
import { type Asked, rankCues, unsaidWords } from './retrieval.policy.js';
import type { SpokenWords } from './spoken-words.js';
import { spokenWords } from './spoken-words.queries.js';

const TURNS = 4;
/** No cue takes less of a prompt with its share of its line's moment: more than would fit are not worth gathering. */
const LEAST_TOKENS_PER_CUE = 4;

/** Gathers what an answer to this question can be drawn from. */
export async function gatherMaterial(
  ctx: RequestContext,
  ask: {
    userId: number;
    lesson: AskedLesson;
    transcripts: readonly TranscriptFields[];
    question: string;
    timestampSeconds: number | null;
  },
): Promise<Material> {
  const { lesson, question, timestampSeconds } = ask;
  const questionLanguage = detectLanguage(question);
  const turns = await earlierTurns(ctx, ask.userId, lesson.id);
  const transcript = chooseTranscript(ask.transcripts, question, questionLanguage);
  const asked = {
    question,
    questionLanguage,
    earlierQuestion: turns.at(-1)?.message ?? null,
    atMs: timestampSeconds === null ? null : timestampSeconds * 1000,
  };
  const said = transcript ? await spokenWords(ctx, transcript) : null;
  return {
    courseTitle: lesson.courseTitle,
    lessonId: lesson.id,
    lessonTitle: lesson.title,
    question,
    questionLanguage,
    timestampSeconds,
    transcriptLanguage: transcript?.language ?? null,
    cues: transcript && said ? chooseCues(ctx, transcript, said, asked) : [],
    turns,
    otherLessons: await findInOtherLessons(ctx, lesson, unsaidWords(said, asked)),
  };
}

/** The one in the question's language; the first loaded when the question is surely in none of theirs. */
function chooseTranscript(
  transcripts: readonly TranscriptFields[],
  question: string,
  questionLanguage: string | null,
): TranscriptFields | undefined {
  const languages = transcripts.map(({ language }) => language);
  if (questionLanguage && !languages.map(primaryLanguage).includes(questionLanguage)) return transcripts[0];
  const language = pickLanguage(question, languages);
  return transcripts.find((each) => each.language === language);
}

function chooseCues(app: App, { lessonId, language }: TranscriptFields, said: SpokenWords, asked: Asked): PassageCue[] {
  const most = Math.ceil(app.config.tutor.maxPromptTokens / LEAST_TOKENS_PER_CUE);
  return rankCues(said, asked, most)
    .flatMap((position, rank) => {
      const cue = said.cues[position];
      if (!cue) return [];
      const { startMs, endMs, text } = cue;
      return [{ lessonId, language, startMs, endMs, text, position, rank }];
    })
    .sort((a, b) => a.position - b.position);
}

async function earlierTurns(app: App, userId: number, lessonId: number): Promise<Turn[]> {
  return (await app.statements.read(latestTurns, { userId, lessonId })).reverse();
}

const latestTurns = new Statement<{ userId: number; lessonId: number }, Turn>((db, { userId, lessonId }) =>
  db
    .selectFrom('chatHistory')
    .select(['message', 'response'])
    .where('userId', '=', userId)
    .where('lessonId', '=', lessonId)
    .where('status', 'in', ['COMPLETED', 'CANCELLED'])
    .where('response', '!=', '')
    .orderBy('id', 'desc')
    .limit(sql.lit(TURNS)),
);

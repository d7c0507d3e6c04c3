import { sql } from 'kysely';
import { type LessonFields, lessonOf } from '../courses/lesson.queries.js';
import { addressKey } from '../shared/address-key.js';
import { CodedError } from '../shared/coded-error.js';
import type { RequestContext } from '../shared/request-context.js';
import { Statement } from '../shared/statement.js';
import { singular } from '../shared/words.js';
import type { FoundPassage } from '../videos/moments/cue-index.js';
import type { Phrase } from '../videos/moments/moment-query.policy.js';
import { unitsOf } from '../videos/moments/units.js';
import type { OtherLesson } from './material.js';

const MOST_PASSAGES = 4;

/** What the course's other lessons say of these words, as far as the asker may read them; the best first. */
export async function findInOtherLessons(
  ctx: RequestContext,
  { id, courseId }: LessonFields,
  sought: readonly string[],
): Promise<OtherLesson[]> {
  if (sought.length === 0 || !(await isTranscribed(ctx, courseId, id))) return [];
  const passages = await search(ctx, id, courseId, sought);
  const lessons = Map.groupBy(passages, ({ lessonId }) => lessonId);
  return Promise.all(
    [...lessons].map(async ([lessonId, found]) => {
      // One language of a lesson, that of its best passage: `position` counts the cues of one transcript.
      const language = found[0]?.language ?? '';
      const spoken = found.filter((passage) => passage.language === language).flatMap(({ cues }) => cues);
      const cues = spoken
        .sort((a, b) => a.position - b.position)
        .map((cue, rank) => ({ ...cue, lessonId, language, rank }));
      const lesson = await lessonOf.of(ctx, lessonId);
      return { lessonId, title: lesson?.title ?? '', language, cues };
    }),
  );
}

/** Whether there is anything to look into: most lessons without a transcript have neighbours without one. */
async function isTranscribed(ctx: RequestContext, courseId: number, exceptLessonId: number): Promise<boolean> {
  return (await ctx.statements.read(anyTranscript, { courseId, exceptLessonId })).length > 0;
}

const anyTranscript = new Statement<{ courseId: number; exceptLessonId: number }, { id: number }>(
  (db, { courseId, exceptLessonId }) =>
    db
      .selectFrom('lessons')
      .innerJoin('transcripts', 'transcripts.lessonId', 'lessons.id')
      .select('transcripts.id')
      .where('lessons.courseId', '=', courseId)
      .where('lessons.id', '!=', exceptLessonId)
      .where('lessons.deletedAt', 'is', null)
      .limit(sql.lit(1)),
);

async function search(
  ctx: RequestContext,
  lessonId: number,
  courseId: number,
  sought: readonly string[],
): Promise<FoundPassage[]> {
  const words = sought.map(formsOf).filter((forms) => forms.length > 0);
  try {
    const request = { viewer: ctx.viewer, courseId, exceptLessonId: lessonId, words, most: MOST_PASSAGES };
    return await ctx.cueIndex.searchCourse(request, addressKey(ctx.address));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    // Too busy to look elsewhere is no reason not to answer.
    ctx.log.warn({ err: error, lessonId }, 'other lessons were not searched');
    return [];
  }
}

/** The word itself, without its plural, and with it. */
function formsOf(word: string): Phrase[] {
  const forms = new Set([word, singular(word), `${singular(word)}s`]);
  return [...forms]
    .map((form) => ({ units: unitsOf(form).map(({ unit }) => unit), prefix: false }))
    .filter(({ units }) => units.length > 0);
}

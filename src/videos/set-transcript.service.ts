import { setImmediate } from 'node:timers/promises';
import { auditForeignChange } from '../courses/foreign-change.service.js';
import { changeableLesson } from '../courses/lesson.service.js';
import { type App, transaction } from '../shared/app.js';
import { badInput } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { CaptionError, MAX_CAPTION_BYTES, type ParsedCue, parseCaptions } from './captions.js';
import { CueRow } from './cue.row.js';
import { cueId } from './cue-id.js';
import { RevisionRow } from './revision.row.js';
import { removeUnusedRevisions } from './revision.service.js';
import { TranscriptRow } from './transcript.row.js';
import type { SetTranscriptInput } from './transcript.type.js';

/** Takes 3-8 ms to write: whoever else wants to write waits no longer than that. */
const CUES_PER_BATCH = 100;

/**
 * Replaces a lesson's transcript in one language. Readers have the old text until the new one is whole.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT on `language` or `content` (with the line)
 */
export async function setTranscript(ctx: RequestContext, input: SetTranscriptInput): Promise<TranscriptRow> {
  const viewer = requireViewer(ctx);
  await transaction(ctx, (em) => changeableLesson(em, viewer, input.lessonId));
  const language = checkLanguage(input.language);
  const cues = readCues(input);
  const revisionId = await stage(ctx, cues);
  await ctx.checkpoint('transcript.staged');

  const transcript = await transaction(ctx, async (em) => {
    // Asked again: while the cues were staged the lesson may have been deleted.
    const lesson = await changeableLesson(em, viewer, input.lessonId);
    const now = ctx.clock.now();
    const text = { revisionId, cueCount: cues.length, durationMs: durationOf(cues), updatedAt: now };
    let row = await em.findOne(TranscriptRow, { lessonId: lesson.id, language });
    if (row) {
      await em.nativeUpdate(RevisionRow, { id: row.revisionId }, { retiredAt: now });
      em.assign(row, text);
    } else {
      row = em.create(TranscriptRow, { lessonId: lesson.id, language, createdAt: now, ...text });
    }
    await em.flush();
    await auditForeignChange(ctx, em, lesson.courseId, 'transcript.set', { lessonId: lesson.id, language });
    return row;
  });
  await removeUnusedRevisions(ctx);
  return transcript;
}

async function stage(app: App, cues: readonly ParsedCue[]): Promise<number> {
  const revisionId = await transaction(app, (em) => em.insert(RevisionRow, { createdAt: app.clock.now() }));
  for (let from = 0; from < cues.length; from += CUES_PER_BATCH) {
    const batch = cues
      .slice(from, from + CUES_PER_BATCH)
      .map((cue, index) => ({ id: cueId(revisionId, from + index), ...cue, revisionId }));
    await transaction(app, (em) => em.insertMany(CueRow, batch));
    await transaction(app, (em) => app.dialect.mergeCueIndex(em));
    await setImmediate();
  }
  return revisionId;
}

function readCues({ content, format }: SetTranscriptInput): ParsedCue[] {
  if (Buffer.byteLength(content) > MAX_CAPTION_BYTES) {
    throw badInput('content', 'The caption file is larger than 5 MB: split the lesson, or leave out styling.');
  }
  try {
    return parseCaptions(content, format);
  } catch (error) {
    if (error instanceof CaptionError) {
      throw badInput('content', `Line ${error.line}: ${error.message}`, { line: error.line });
    }
    throw error;
  }
}

function durationOf(cues: readonly ParsedCue[]): number {
  return cues.reduce((latest, { startMs, endMs }) => (endMs > startMs ? Math.max(latest, endMs) : latest), 0);
}

/** The tag in canonical form. @throws BAD_USER_INPUT on `language` */
function checkLanguage(tag: string): string {
  try {
    const [canonical] = Intl.getCanonicalLocales(tag);
    if (canonical && canonical.length <= 100) return canonical;
  } catch {
    // Falls through to the refusal: the RangeError's text is not for users.
  }
  throw badInput('language', 'This is no BCP 47 language tag. Write it like en, id or pt-BR.');
}

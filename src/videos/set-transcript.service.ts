import { auditForeignChange } from '../courses/foreign-change.service.js';
import { changeableLesson } from '../courses/lesson.service.js';
import { transaction } from '../shared/app.js';
import { badInput } from '../shared/coded-error.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { CaptionError, type CaptionFormat, MAX_CAPTION_BYTES, type ParsedCue, parseCaptions } from './captions.js';
import { checkLanguage } from './language.policy.js';
import { removeUnusedRevisions } from './revision.service.js';
import type { TranscriptRow } from './transcript.row.js';
import type { SetTranscriptInput } from './transcript.type.js';
import { stageCues, switchTranscript } from './write-transcript.service.js';

/**
 * Replaces a lesson's transcript in one language. Readers have the old text until the new one is whole.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT on `language` or `content` (with the line)
 */
export async function setTranscript(ctx: RequestContext, input: SetTranscriptInput): Promise<TranscriptRow> {
  const viewer = requireViewer(ctx);
  await transaction(ctx, (em) => changeableLesson(ctx, em, viewer, input.lessonId));
  const language = checkLanguage(input.language);
  const staged = await stageCues(ctx, readCues(input.content, input.format));
  await ctx.checkpoint('transcript.staged');

  const transcript = await transaction(ctx, async (em) => {
    // Asked again: while the cues were staged the lesson may have been deleted.
    const lesson = await changeableLesson(ctx, em, viewer, input.lessonId);
    const row = await switchTranscript(ctx, em, { lessonId: lesson.id, language }, staged);
    await auditForeignChange(ctx, em, lesson.courseId, 'transcript.set', { lessonId: lesson.id, language });
    return row;
  });
  await removeUnusedRevisions(ctx);
  return transcript;
}

/** The cues of a caption file. @throws BAD_USER_INPUT on `content`, with the line */
export function readCues(content: string, format: CaptionFormat): ParsedCue[] {
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

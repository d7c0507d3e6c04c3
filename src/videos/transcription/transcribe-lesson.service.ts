import { requireActive } from '../../accounts/account.service.js';
import { auditForeignChange } from '../../courses/foreign-change.service.js';
import { changeableLesson } from '../../courses/lesson.service.js';
import { holdForJob } from '../../credits/ledger.service.js';
import { transaction } from '../../shared/app.js';
import { type RequestContext, requireViewer } from '../../shared/request-context.js';
import { type JobFields, jobById } from '../jobs/job.queries.js';
import { insertJob } from '../jobs/queue-job.service.js';
import { checkLanguage } from '../language.policy.js';
import { requireNoOther, transcriptionTerms } from './terms.service.js';

/**
 * Queues the transcription of a lesson's video, and holds its price in the same transaction.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, CONFLICT, VIDEO_UNREADABLE, TRANSCRIPTION_UNAVAILABLE,
 *   INSUFFICIENT_CREDITS
 */
export async function transcribeLesson(
  ctx: RequestContext,
  lessonId: string,
  language: string | null | undefined,
): Promise<JobFields> {
  const viewer = requireViewer(ctx);
  const jobId = await transaction(ctx, async (em) => {
    const lesson = await changeableLesson(ctx, em, viewer, lessonId);
    await requireActive(ctx.statements.within(em), viewer.id);
    const tag = language == null ? null : checkLanguage(language);
    const terms = await transcriptionTerms(ctx, em, lesson, tag);
    await requireNoOther(em, lesson.id);
    const facts = { kind: 'TRANSCRIBE', lessonId: lesson.id, userId: viewer.id } as const;
    const id = await insertJob(ctx, em, { ...facts, ...terms, holdNumber: 1 });
    await ctx.checkpoint('transcribe.row-written');
    await holdForJob(ctx, em, viewer.id, { jobId: id, jobHold: 1 }, terms.holdCredits);
    await auditForeignChange(ctx, em, lesson.courseId, 'video.transcribe', { lessonId: lesson.id, jobId: id });
    return id;
  });
  await ctx.checkpoint('transcribe.committed');
  // Read as it was queued, before a worker has it.
  const queued = await jobById(ctx, jobId);
  ctx.videos.jobsWaiting.wake();
  return queued;
}

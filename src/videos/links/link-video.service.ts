import { auditForeignChange } from '../../courses/foreign-change.service.js';
import { changeableLesson } from '../../courses/lesson.service.js';
import { transaction } from '../../shared/app.js';
import { type RequestContext, requireViewer } from '../../shared/request-context.js';
import { type JobFields, jobById } from '../jobs/job.queries.js';
import { insertJob } from '../jobs/queue-job.service.js';
import { checkLanguage } from '../language.policy.js';
import { VideoSourceRow } from '../video-source.row.js';
import type { LinkVideoInput } from './link-video.input.js';
import { checkLink, resolvePublic, Unavailable } from './public-address.js';

/**
 * Queues the look at a link; the lesson shows it when that went well. What can be known of its address is said at once.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, LINK_UNREACHABLE
 */
export async function linkVideo(ctx: RequestContext, input: LinkVideoInput): Promise<JobFields> {
  const viewer = requireViewer(ctx);
  await transaction(ctx, (em) => changeableLesson(ctx, em, viewer, input.lessonId));
  const { href } = checkLink(input.url);
  const language = input.language == null ? null : checkLanguage(input.language);
  await resolvePublic(ctx.videos.outgoing, new URL(href)).catch((error) => {
    // The job tries again.
    if (!(error instanceof Unavailable)) throw error;
  });
  const jobId = await transaction(ctx, async (em) => {
    const lesson = await changeableLesson(ctx, em, viewer, input.lessonId);
    const facts = { lessonId: lesson.id, language, createdAt: ctx.clock.now() };
    const videoSourceId = await em.insert(VideoSourceRow, { ...facts, kind: 'LINK', url: href });
    const id = await insertJob(ctx, em, {
      kind: 'PROBE_LINK',
      lessonId: lesson.id,
      userId: viewer.id,
      videoSourceId,
      language,
    });
    await auditForeignChange(ctx, em, lesson.courseId, 'video.link', { lessonId: lesson.id });
    return id;
  });
  // Read as it was queued, before a worker has it.
  const queued = await jobById(ctx, jobId);
  ctx.videos.jobsWaiting.wake();
  return queued;
}

import { join } from 'node:path';
import { LessonRow } from '../../courses/lesson.row.js';
import { CodedError } from '../../shared/coded-error.js';
import type { Probed } from '../jobs/media-tools.js';
import type { Made, RunningJob } from '../jobs/running-job.js';
import { VideoSourceRow } from '../video-source.row.js';
import { fetchLink, type Linked } from './fetch-link.js';

/** Most files say at their beginning what they are; only of others all is fetched. */
const BEGINNING_BYTES = 8 * 1024 * 1024;

/**
 * Looks at a linked video and shows it in the lesson. A page that gives no video to a server is linked all the same:
 * browsers show it, and captions can be loaded for it.
 * @throws BAD_USER_INPUT, LINK_UNREACHABLE, PAYLOAD_TOO_LARGE, VIDEO_UNREADABLE
 */
export async function probeLink(job: RunningJob): Promise<Made> {
  const { app, row } = job;
  const { id, url } = await app.read
    .selectFrom('videoSources')
    .select(['id', 'url'])
    .where('id', '=', row.videoSourceId ?? -1)
    .executeTakeFirstOrThrow();
  await job.enter('fetching', 10);
  const { linked, probed } = await look(job, url ?? '');
  return async (em, { lessonId }) => {
    if (linked.kind === 'video') {
      const { mimeType, sizeBytes } = linked;
      await em.nativeUpdate(VideoSourceRow, { id }, { mimeType, sizeBytes, ...probed });
    }
    const durationMs = probed?.durationMs;
    await em.nativeUpdate(
      LessonRow,
      { id: lessonId, deletedAt: null },
      {
        videoUrl: url,
        uploadedVideoId: null,
        // A link that tells nothing of its length leaves what the instructor has said.
        ...(durationMs && { durationSeconds: Math.max(1, Math.round(durationMs / 1000)) }),
        updatedAt: app.clock.now(),
      },
    );
  };
}

/** What the link gives, and what is known of it; without ffmpeg only its kind and size. */
async function look(job: RunningJob, url: string): Promise<{ linked: Linked; probed: Probed | null }> {
  const { app, folder, signal } = job;
  const file = join(folder, 'linked');
  for (const mostBytes of [BEGINNING_BYTES, app.config.uploads.maxBytes]) {
    const linked = await fetchLink(app, url, { file, mostBytes, signal });
    if (linked.kind === 'page') return { linked, probed: null };
    try {
      const probed = await app.videos.tools.probe({ path: file, mimeType: linked.mimeType }, signal);
      if (linked.whole || probed.durationMs !== null) return { linked, probed };
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      if (error.code === 'MEDIA_TOOLS_MISSING') return { linked, probed: null };
      // Of a part nothing can be told: it may say at its end what it is.
      if (linked.whole || error.code !== 'VIDEO_UNREADABLE') throw error;
    }
    await job.enter('fetching all', 30);
  }
  throw new CodedError('PAYLOAD_TOO_LARGE', 'This video is too large to be looked at: link to a smaller file.');
}

import type { EntityManager } from '@mikro-orm/sql';
import type { LessonRow } from '../../courses/lesson.row.js';
import { speechPrice } from '../../credits/price.policy.js';
import type { App } from '../../shared/app.js';
import { CodedError } from '../../shared/coded-error.js';
import { JobRow } from '../jobs/job.row.js';
import { VideoSourceRow } from '../video-source.row.js';

/** What a transcription is made of, and on which terms: columns of its job. */
export type Terms = Pick<
  JobRow,
  'videoSourceId' | 'language' | 'provider' | 'model' | 'creditsPerMinute' | 'holdCredits'
>;

/**
 * On what terms the lesson's video as it is now is written down: the price is that of its whole length, known before.
 * @throws TRANSCRIPTION_UNAVAILABLE, CONFLICT when the lesson has no video that is prepared, VIDEO_UNREADABLE when it
 *   has no sound
 */
export async function transcriptionTerms(
  app: App,
  em: EntityManager,
  lesson: LessonRow,
  language: string | null,
): Promise<Terms> {
  const { transcription, creditsPerAudioMinute } = app.config;
  if (!transcription) {
    const message = 'No model of this server writes down speech (TRANSCRIBE_MODEL): load captions instead.';
    throw new CodedError('TRANSCRIPTION_UNAVAILABLE', message);
  }
  const source = await sourceOf(em, lesson);
  if (!source) {
    throw new CodedError('CONFLICT', 'This lesson has no video yet: upload one, or link one with linkVideo.');
  }
  if (source.mimeType === null) {
    const message = 'The site of this video gives it to browsers alone: upload its captions, or the video itself.';
    throw new CodedError('VIDEO_UNREADABLE', message);
  }
  if (source.hasSound === false) throw new CodedError('VIDEO_UNREADABLE', 'This video has no sound to write down.');
  if (source.durationMs == null) {
    const message = 'How long this video is could not be found out when it was linked: link or upload it anew.';
    throw new CodedError('CONFLICT', message);
  }
  return {
    videoSourceId: source.id,
    language: language ?? source.language ?? null,
    provider: 'openai',
    model: transcription.model,
    creditsPerMinute: creditsPerAudioMinute,
    holdCredits: speechPrice(creditsPerAudioMinute, source.durationMs / 1000),
  };
}

/** Two at once would both be paid for, and one of their transcripts lost. @throws CONFLICT */
export async function requireNoOther(em: EntityManager, lessonId: number): Promise<void> {
  const others = await em.count(JobRow, { lessonId, kind: 'TRANSCRIBE', status: { $in: ['QUEUED', 'RUNNING'] } });
  if (others > 0) throw new CodedError('CONFLICT', 'This lesson is being transcribed already: wait for that job.');
}

/** What the lesson shows: the uploaded video, else the newest link that has been looked at. */
async function sourceOf(em: EntityManager, lesson: LessonRow): Promise<VideoSourceRow | null> {
  if (lesson.uploadedVideoId != null) return em.findOne(VideoSourceRow, { id: lesson.uploadedVideoId });
  if (lesson.videoUrl == null) return null;
  const links = { lessonId: lesson.id, kind: 'LINK', url: lesson.videoUrl } as const;
  const [newest] = await em.find(VideoSourceRow, links, { orderBy: { id: 'desc' }, limit: 1 });
  return newest ?? null;
}

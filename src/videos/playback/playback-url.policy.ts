import { type Signer, signedUrl } from './signed-url.policy.js';

/** Twice this is the longest that an address is good for, and this the shortest. */
const WINDOW_SECONDS = 6 * 3600;

/**
 * When an address that is given now ends, in seconds since 1970: 6 to 12 hours from now, and the same for all who ask
 * within six hours. So equal reads give equal bytes, and an answer that was cached for up to six hours holds addresses
 * that outlive it.
 */
export function playbackExpiry(nowMs: number): number {
  return (Math.floor(nowMs / 1000 / WINDOW_SECONDS) + 2) * WINDOW_SECONDS;
}

/** `Lesson.videoUrl`: the signed address of the uploaded video, else the linked one. Of columns and settings alone. */
export function lessonVideoUrl(
  signer: Signer,
  lesson: { videoUrl?: string | null | undefined; uploadedVideoId?: number | null | undefined },
  nowMs: number,
): string | null {
  if (lesson.uploadedVideoId == null) return lesson.videoUrl ?? null;
  return signedUrl(signer, videoPath(lesson.uploadedVideoId), playbackExpiry(nowMs));
}

/** `Lesson.thumbnailUrl`: a picture from the uploaded video. */
export function lessonThumbnailUrl(
  signer: Signer,
  lesson: { uploadedVideoId?: number | null | undefined },
  nowMs: number,
): string | null {
  if (lesson.uploadedVideoId == null) return null;
  return signedUrl(signer, thumbnailPath(lesson.uploadedVideoId), playbackExpiry(nowMs));
}

/** `Transcript.captionsUrl`. */
export function captionsUrl(signer: Signer, transcriptId: number, nowMs: number): string {
  return signedUrl(signer, captionsPath(transcriptId), playbackExpiry(nowMs));
}

export function videoPath(videoSourceId: number | string): string {
  return `/media/videos/${videoSourceId}`;
}

export function thumbnailPath(videoSourceId: number | string): string {
  return `/media/thumbnails/${videoSourceId}`;
}

export function captionsPath(transcriptId: number | string): string {
  return `/media/captions/${transcriptId}`;
}

import { type TextFrom, textFrom } from '../../shared/relation.js';
import { signedUrl } from './signed-url.policy.js';

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

/** When addresses that are given now are given anew. */
function playbackChangesAt(nowMs: number): number {
  return (Math.floor(nowMs / 1000 / WINDOW_SECONDS) + 1) * WINDOW_SECONDS * 1000;
}

/** `Lesson.videoUrl`: the signed address of the uploaded video, else the linked one. */
export const videoUrlOf = textFrom('uploadedVideoId', { otherwise: 'videoUrl', ...signedPath(videoPath) });

/** `Lesson.thumbnailUrl`: a picture from the uploaded video. */
export const thumbnailUrlOf = textFrom('uploadedVideoId', signedPath(thumbnailPath));

/** `Transcript.captionsUrl`. */
export const captionsUrlOf = textFrom('id', signedPath(captionsPath));

export function videoPath(videoSourceId: number | string): string {
  return `/media/videos/${videoSourceId}`;
}

export function thumbnailPath(videoSourceId: number | string): string {
  return `/media/thumbnails/${videoSourceId}`;
}

export function captionsPath(transcriptId: number | string): string {
  return `/media/captions/${transcriptId}`;
}

function signedPath(pathOf: (id: number) => string): Pick<TextFrom, 'make' | 'changesAt'> {
  return {
    make: ({ config, clock }, id) => signedUrl(config, pathOf(id), playbackExpiry(clock.now())),
    changesAt: playbackChangesAt,
  };
}

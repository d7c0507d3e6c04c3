import { LRUCache } from 'lru-cache';
import type { App } from '../../shared/app.js';
import { renderVtt } from '../captions.js';

/** An uploaded video that a lesson shows. */
export interface StoredVideo {
  storageKey: string;
  mimeType: string;
  sizeBytes: number;
  sha256: string;
}

/** The video that a signed address is for; undefined when its lesson shows another, or is deleted. */
export async function playableVideo(app: App, id: number): Promise<StoredVideo | undefined> {
  const found = await app.read
    .selectFrom('lessons')
    .innerJoin('courses', 'courses.id', 'lessons.courseId')
    .innerJoin('videoSources', 'videoSources.id', 'lessons.uploadedVideoId')
    .innerJoin('uploads', 'uploads.id', 'videoSources.uploadId')
    .select(['uploads.storageKey', 'videoSources.mimeType', 'videoSources.sizeBytes', 'videoSources.sha256'])
    .where('videoSources.id', '=', id)
    .where('lessons.deletedAt', 'is', null)
    .where('courses.deletedAt', 'is', null)
    .executeTakeFirst();
  if (!found?.mimeType || found.sizeBytes === null || found.sha256 === null) return undefined;
  const { storageKey, mimeType, sizeBytes, sha256 } = found;
  return { storageKey, mimeType, sizeBytes, sha256 };
}

/** The revision that a transcript shows now; undefined when its lesson is deleted. */
export function captionsRevision(app: App, transcriptId: number): Promise<{ revisionId: number } | undefined> {
  return app.read
    .selectFrom('transcripts')
    .innerJoin('lessons', 'lessons.id', 'transcripts.lessonId')
    .innerJoin('courses', 'courses.id', 'lessons.courseId')
    .select('transcripts.revisionId')
    .where('transcripts.id', '=', transcriptId)
    .where('lessons.deletedAt', 'is', null)
    .where('courses.deletedAt', 'is', null)
    .executeTakeFirst();
}

/** A revision as a WebVTT file. Its text never changes, and its id is never given again: those asked for last are kept. */
export async function captionsOf(app: App, revisionId: number): Promise<string> {
  let kept = keptByDatabase.get(app.read);
  if (!kept) {
    kept = new LRUCache({ maxSize: MOST_CHARACTERS_KEPT, sizeCalculation: ({ length }) => length + 1 });
    keptByDatabase.set(app.read, kept);
  }
  const known = kept.get(revisionId);
  if (known !== undefined) return known;
  const text = await readCaptions(app, revisionId);
  kept.set(revisionId, text);
  return text;
}

const MOST_CHARACTERS_KEPT = 8_000_000;
const keptByDatabase = new WeakMap<App['read'], LRUCache<number, string>>();

async function readCaptions(app: App, revisionId: number): Promise<string> {
  const cues = await app.read
    .selectFrom('transcriptCues')
    .select(['startMs', 'endMs', 'text'])
    .where('revisionId', '=', revisionId)
    .orderBy('id')
    .execute();
  return renderVtt(cues);
}

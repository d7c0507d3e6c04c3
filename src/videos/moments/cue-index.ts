import type { Viewer } from '../../shared/request-context.js';
import type { Phrase } from './moment-query.policy.js';

/**
 * The full-text index over cues, as a search sees it: only what the viewer may read, only the current text of each
 * transcript. SQLite serves it with FTS5 in a thread of its own (`db/moments`); another database would with its own.
 */
export interface CueIndex {
  /**
   * @param client as rates count addresses: clients take turns
   * @throws RATE_LIMITED when too many wait, QUERY_TOO_COMPLEX when it takes too long
   */
  search(request: MomentSearch, client: string): Promise<FoundMoments>;
  /** The best stretches of a course's other lessons. @throws like `search` */
  searchCourse(request: PassageSearch, client: string): Promise<FoundPassage[]>;
  /** Ends the searches under way and lets go of the database. */
  close(): Promise<void>;
}

export interface Scope {
  viewer: Viewer | null;
  /** All courses when null. */
  courseId: number | null;
}

export interface MomentSearch extends Scope {
  phrases: readonly Phrase[];
  /** Score and id of the match that the page begins after. */
  after: readonly number[] | null;
  limit: number;
}

export interface FoundMoments {
  moments: FoundMoment[];
  /** All that match, at most `MOST_COUNTED`. */
  total: number;
}

/** Counting further costs more than it tells. */
export const MOST_COUNTED = 1000;

export interface FoundMoment {
  id: number;
  score: number;
  lessonId: number;
  startMs: number;
  endMs: number;
  snippet: string;
}

export interface PassageSearch extends Scope {
  courseId: number;
  exceptLessonId: number;
  /** Words to look for, each with its other forms: the rarer the better, and at least half of them in a stretch. */
  words: readonly (readonly Phrase[])[];
  most: number;
}

/** Cues in a row around a match, by time. */
export interface FoundPassage {
  lessonId: number;
  language: string;
  cues: { position: number; startMs: number; endMs: number; text: string }[];
}

declare module '../../shared/app.js' {
  interface App {
    cueIndex: CueIndex;
  }
}

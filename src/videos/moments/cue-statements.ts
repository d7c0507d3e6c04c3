import type { Scope } from './cue-index.js';
import type { Phrase } from './moment-query.policy.js';

/** What a search asks of the database: all that PostgreSQL says otherwise than SQLite does. SQLite answers at once. */
export interface CueStatements {
  /** Runs `work` on one state of the database, whatever is written meanwhile. */
  inSnapshot<T>(work: () => Promise<T>): Promise<T>;
  /** The revisions that the viewer may read, ascending; of one course. */
  revisions(scope: Scope & { courseId: number }): Answer<CourseRevision[]>;
  /** Ids of cues that hold all phrases, ascending, of everything that the viewer may read. */
  matches(phrases: readonly Phrase[], viewer: Scope['viewer'], bounds: Bounds): Answer<number[]>;
  /** The same within these revisions (ascending). */
  matchesWithin(phrases: readonly Phrase[], revisionIds: readonly number[], bounds: Bounds): Answer<number[]>;
  /** The cues with these ids, in any order. */
  cues(ids: readonly number[]): Answer<CueText[]>;
}

type Answer<T> = T | Promise<T>;

export interface Bounds {
  /** The highest id that is looked at. */
  upTo: number;
  limit: number;
}

export interface CourseRevision {
  revisionId: number;
  lessonId: number;
  language: string;
}

export interface CueText {
  id: number;
  lessonId: number;
  startMs: number;
  endMs: number;
  text: string;
}

import type { CitableCue } from './citations.js';

/** A cue that answers may be drawn from. */
export interface PassageCue extends CitableCue {
  /** Its number in the transcript: consecutive cues have consecutive numbers. */
  position: number;
  /** 0 is the most wanted of all. */
  rank: number;
}

/** An earlier question of the same viewer on the same lesson, with its answer. */
export interface Turn {
  message: string;
  response: string;
}

/** What another lesson of the course says of the question; by time. */
export interface OtherLesson {
  lessonId: number;
  title: string;
  language: string;
  cues: PassageCue[];
}

/** All that an answer is made of. */
export interface Material {
  courseTitle: string;
  lessonId: number;
  lessonTitle: string;
  question: string;
  /** Primary language subtag of the question; null when it cannot be told. */
  questionLanguage: string | null;
  timestampSeconds: number | null;
  /** Of the transcript that was chosen; null when the lesson has none. */
  transcriptLanguage: string | null;
  /** By time. */
  cues: PassageCue[];
  turns: Turn[];
  /** The best first; empty unless the lesson itself holds nothing. */
  otherLessons: OtherLesson[];
}

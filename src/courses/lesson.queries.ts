import { countOf, toMany, toOne } from '../shared/relation.js';
import { equalsId, type RowSet, rowRead, rowsRead } from '../shared/root-read.js';
import { type RowOf, source } from '../shared/source.js';
import { readableLesson } from './course.policy.js';

const lessons = source('lessons', [
  'id',
  'courseId',
  'title',
  'videoUrl',
  'uploadedVideoId',
  'order',
  'durationSeconds',
]);

export type LessonFields = RowOf<typeof lessons>;

/** Lessons as the viewer may see them. */
const readable: RowSet<typeof lessons> = {
  source: lessons,
  joins: [['courses', 'courses.id', 'lessons.courseId']],
  visible: readableLesson,
};

/** The lesson, or undefined when there is none or the viewer may not know of it. */
export const lesson = rowRead(readable);

/** The lessons of a course, by order; none when the viewer may not know of it. */
export const lessonList = rowsRead(readable, {
  filters: [equalsId('courseId', 'lessons.courseId')],
  order: { columns: ['order'], direction: 'asc' },
});

/** The lessons of a course that the viewer was already allowed to read, by order. */
export const lessonsOf = toMany(lessons, 'courseId', { orderBy: 'order', live: true });

export const lessonCountOf = countOf('lessons', 'courseId', { live: true });

/** The lesson that something hangs on, whoever asks, deleted or not. */
export const lessonOf = toOne(lessons, 'lessonId');

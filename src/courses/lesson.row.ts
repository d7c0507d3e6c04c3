import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../shared/tables.js';
import { CourseRow } from './course.row.js';

export const LessonRow = defineEntity({
  name: 'LessonRow',
  tableName: 'lessons',
  properties: {
    id: p.integer().primary(),
    courseId: () => p.manyToOne(CourseRow).mapToPk().fieldName('course_id').index(false),
    title: p.text(),
    videoUrl: p.text().nullable(),
    /** A row of `video_sources`, which lies up the line: the uploaded video that is shown instead of `videoUrl`. */
    uploadedVideoId: p.integer().nullable(),
    /** From 1 without gaps within the course. Below 0 only inside the transaction that renumbers. */
    order: p.integer(),
    durationSeconds: p.integer().nullable(),
    createdAt: p.bigint('number'),
    updatedAt: p.bigint('number'),
    deletedAt: p.bigint('number').nullable(),
  },
  uniques: [{ properties: ['courseId', 'order'], where: { deletedAt: null } }],
});
export type LessonRow = InferEntity<typeof LessonRow>;

declare module '../shared/tables.js' {
  interface Tables {
    lessons: Columns<LessonRow>;
  }
}

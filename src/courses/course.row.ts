import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { UserRow } from '../accounts/user.row.js';
import type { Columns } from '../shared/tables.js';

export const COURSE_STATUSES = ['DRAFT', 'PUBLISHED'] as const;

export const CourseRow = defineEntity({
  name: 'CourseRow',
  tableName: 'courses',
  properties: {
    id: p.integer().primary(),
    title: p.text(),
    description: p.text(),
    thumbnailUrl: p.text().nullable(),
    instructorId: () => p.manyToOne(UserRow).mapToPk().fieldName('instructor_id').index(),
    status: p.enum(COURSE_STATUSES),
    /** Title and description with case and accents folded: what `courses(search:)` looks in. */
    searchText: p.text(),
    createdAt: p.bigint('number'),
    updatedAt: p.bigint('number'),
    deletedAt: p.bigint('number').nullable(),
  },
  indexes: [{ properties: ['createdAt', 'id'], where: { deletedAt: null } }],
});
export type CourseRow = InferEntity<typeof CourseRow>;

declare module '../shared/tables.js' {
  interface Tables {
    courses: Columns<CourseRow>;
  }
}

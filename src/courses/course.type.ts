import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../shared/date-time.js';
import { connectionOf } from '../shared/page.js';
import type { CourseFields } from './course.queries.js';

export enum CourseStatus {
  DRAFT = 'DRAFT',
  PUBLISHED = 'PUBLISHED',
}

registerEnumType(CourseStatus, {
  name: 'CourseStatus',
  description: 'Who may read a course.',
  valuesConfig: {
    DRAFT: { description: 'Its instructor and administrators.' },
    PUBLISHED: { description: 'Everyone, signed in or not.' },
  },
});

export enum CourseOrder {
  NEWEST = 'NEWEST',
  OLDEST = 'OLDEST',
}

registerEnumType(CourseOrder, {
  name: 'CourseOrder',
  description: 'How courses are sorted.',
  valuesConfig: {
    NEWEST: { description: 'By creation, the latest first.' },
    OLDEST: { description: 'By creation, the earliest first.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A course: lessons in order, taught by one instructor.' })
export class Course implements Omit<CourseFields, 'instructorId' | 'status'> {
  @Field(() => ID, { description: 'Id of the course.' })
  id!: number;

  @Field({ description: '1 to 200 characters.' })
  title!: string;

  @Field({ description: 'Plain text, up to 10,000 characters.' })
  description!: string;

  @Field(() => String, { nullable: true, description: 'A picture for the catalogue: https.' })
  thumbnailUrl!: string | null;

  @Field(() => CourseStatus, { description: 'Who may read it.' })
  status!: CourseStatus;

  @Field(() => DateTime, { description: 'When it was created.' })
  createdAt!: number;

  @Field(() => DateTime, { description: 'When its own fields last changed.' })
  updatedAt!: number;
}

@ObjectType({ simpleResolvers: true, description: 'A page of a list of `Course`.' })
export class CourseConnection extends connectionOf('Course', () => Course) {}

import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../shared/tables.js';
import { UserRow } from './user.row.js';

/** What administrators do to accounts and to others' courses. */
export type AuditAction =
  | 'account.promote'
  | 'account.disable'
  | 'account.enable'
  | 'credits.grant'
  | 'course.update'
  | 'course.delete'
  | 'lesson.create'
  | 'lesson.update'
  | 'lesson.delete'
  | 'lessons.reorder'
  | 'transcript.set'
  | 'video.link'
  | 'video.upload'
  | 'video.transcribe'
  | 'job.cancel'
  | 'job.retry';

/** One act of an administrator, written in the transaction of the act. Rows are only ever added. */
export const AuditRow = defineEntity({
  name: 'AuditRow',
  tableName: 'audit_log',
  properties: {
    id: p.integer().primary(),
    /** Null for the command line: whoever runs the server. */
    actorId: () => p.manyToOne(UserRow).mapToPk().fieldName('actor_id').index(false).nullable().deleteRule('no action'),
    action: p.string().$type<AuditAction>(),
    /** Whose account it is, or whose course. */
    subjectId: () => p.manyToOne(UserRow).mapToPk().fieldName('subject_id').index(false),
    /** Ids, numbers and names of fields: nothing that tells who a person is. */
    facts: p.json<Record<string, unknown>>(),
    createdAt: p.bigint('number'),
  },
});
export type AuditRow = InferEntity<typeof AuditRow>;

declare module '../shared/tables.js' {
  interface Tables {
    auditLog: Omit<Columns<AuditRow>, 'facts'> & { facts: string };
  }
}

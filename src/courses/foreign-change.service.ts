import type { EntityManager } from '@mikro-orm/sql';
import type { AuditAction } from '../accounts/audit.row.js';
import { recordAct } from '../accounts/audit.service.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { CourseRow } from './course.row.js';

/**
 * Writes to the audit log that the viewer has changed a course that is another's, which only an administrator can; in
 * the transaction of the change, which has read the course.
 */
export async function auditForeignChange(
  ctx: RequestContext,
  em: EntityManager,
  courseId: number,
  action: AuditAction,
  facts: Record<string, unknown> = {},
): Promise<void> {
  const { id: actorId } = requireViewer(ctx);
  const { instructorId } = await em.findOneOrFail(CourseRow, courseId);
  if (actorId === instructorId) return;
  await recordAct(ctx, em, { actorId, action, subjectId: instructorId, facts: { courseId, ...facts } });
}

/** The names of what an input changes, without what it changes them to. */
export function fieldsOf(input: object): string[] {
  return Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
}

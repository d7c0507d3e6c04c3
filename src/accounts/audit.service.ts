import type { EntityManager } from '@mikro-orm/sql';
import type { App } from '../shared/app.js';
import { type AuditAction, AuditRow } from './audit.row.js';

/** One act: who did what to whose account or course. */
export interface Act {
  /** Null for the command line. */
  actorId: number | null;
  action: AuditAction;
  subjectId: number;
  facts?: Record<string, unknown>;
}

/** Writes an act to the audit log, in the transaction of the act. */
export async function recordAct(app: App, em: EntityManager, { facts = {}, ...act }: Act): Promise<void> {
  await em.insert(AuditRow, { ...act, facts, createdAt: app.clock.now() });
}

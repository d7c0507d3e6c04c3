import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { UserRow } from '../accounts/user.row.js';
import type { Columns } from '../shared/tables.js';

export const CREDIT_REASONS = ['SIGNUP', 'GRANT', 'HOLD', 'RELEASE'] as const;

/** The ledger: rows are only ever added, and their sum is `users.credits`. */
export const CreditEntryRow = defineEntity({
  name: 'CreditEntryRow',
  tableName: 'credit_entries',
  properties: {
    id: p.integer().primary(),
    userId: () => p.manyToOne(UserRow).mapToPk().fieldName('user_id').index(false),
    amount: p.integer(),
    balanceAfter: p.integer(),
    reason: p.enum(CREDIT_REASONS),
    /** A row of `chat_history`, which lies up the line: a plain number, no foreign key. */
    chatId: p.integer().nullable(),
    /** A row of `processing_jobs`, likewise. */
    jobId: p.integer().nullable(),
    /** Which of the job's holds: a job that is tried again after it failed is held for anew. */
    jobHold: p.integer().nullable(),
    note: p.text().nullable(),
    createdAt: p.bigint('number'),
  },
  indexes: [{ properties: ['userId', 'id'] }],
  // One hold and one release for an answer, and for each hold of a job, whatever runs twice.
  uniques: [{ properties: ['chatId', 'reason'] }, { properties: ['jobId', 'jobHold', 'reason'] }],
});
export type CreditEntryRow = InferEntity<typeof CreditEntryRow>;

declare module '../shared/tables.js' {
  interface Tables {
    creditEntries: Columns<CreditEntryRow>;
  }
}

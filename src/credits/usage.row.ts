import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { UserRow } from '../accounts/user.row.js';
import type { Columns } from '../shared/tables.js';

export const USAGE_SOURCES = ['PROVIDER', 'ESTIMATED'] as const;

/** One call to a model that was answered, with the tokens it took. */
export const UsageRow = defineEntity({
  name: 'UsageRow',
  tableName: 'ai_usage_logs',
  properties: {
    id: p.integer().primary(),
    userId: () => p.manyToOne(UserRow).mapToPk().fieldName('user_id').index(false),
    /** A row of `chat_history`, which lies up the line: a plain number. Unique: an answer has at most one. */
    chatId: p.integer().nullable().unique(),
    /** A row of `processing_jobs`, likewise. */
    jobId: p.integer().nullable().unique(),
    provider: p.string(),
    model: p.string(),
    tokensInput: p.integer(),
    tokensOutput: p.integer(),
    /** Of speech that was written down; null where tokens were counted. */
    audioSeconds: p.double().$type<number>().nullable(),
    source: p.enum(USAGE_SOURCES),
    createdAt: p.bigint('number'),
  },
  indexes: [{ properties: ['userId', 'id'] }],
});
export type UsageRow = InferEntity<typeof UsageRow>;

declare module '../shared/tables.js' {
  interface Tables {
    aiUsageLogs: Columns<UsageRow>;
  }
}

import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { sql } from 'kysely';
import { UserRow } from '../accounts/user.row.js';
import { LessonRow } from '../courses/lesson.row.js';
import type { Columns } from '../shared/tables.js';
import type { Citation } from './citations.js';

export const CHAT_STATUSES = ['STREAMING', 'COMPLETED', 'CANCELLED', 'FAILED', 'INTERRUPTED'] as const;

/** For conditions of statements: SQLite looks into the index of running answers only for a status that it can read. */
export const STREAMING = sql<'STREAMING'>`'STREAMING'`;

/**
 * A question and its answer. While it is STREAMING the row belongs to the process whose lease it carries, which
 * writes the response as it grows; every write says `status = 'STREAMING'` and the lease's number, so that a process
 * that was taken for dead cannot write what another has ended.
 */
export const ChatRow = defineEntity({
  name: 'ChatRow',
  tableName: 'chat_history',
  properties: {
    id: p.integer().primary(),
    userId: () => p.manyToOne(UserRow).mapToPk().fieldName('user_id').index(false),
    lessonId: () => p.manyToOne(LessonRow).mapToPk().fieldName('lesson_id').index(false),
    message: p.text(),
    response: p.text(),
    timestampVideo: p.string().nullable(),
    timestampSeconds: p.integer().nullable(),
    status: p.enum(CHAT_STATUSES),
    citations: p.json<Citation[]>(),
    failureCode: p.string().nullable(),
    failureMessage: p.text().nullable(),
    truncated: p.boolean(),
    clientRequestId: p.string().nullable(),
    createdAt: p.bigint('number'),
    completedAt: p.bigint('number').nullable(),

    /** Names the owner: drawn anew for each generation, so that a write of an earlier one finds no row. */
    leaseNumber: p.bigint('number').nullable(),
    /** By the database's clock. */
    leaseExpiresAt: p.bigint('number').nullable(),
    /** Read back by the owner with each flush. */
    cancelRequestedAt: p.bigint('number').nullable(),

    /** The model and its price when the question was asked: what any process needs to settle it. */
    provider: p.string(),
    model: p.string(),
    /** The language of the transcript that the answer was drawn from. */
    language: p.string().nullable(),
    promptTokens: p.integer(),
    priceInput: p.double().$type<number>(),
    priceOutput: p.double().$type<number>(),
    holdCredits: p.integer(),
    creditsCharged: p.integer(),
  },
  indexes: [
    { properties: ['userId', 'lessonId', 'id'] },
    // Few rows run at a time: the sweep and the count of an asker's answers read only these.
    { properties: ['userId', 'leaseExpiresAt'], where: { status: 'STREAMING' }, name: 'chat_history_running_index' },
  ],
  uniques: [{ properties: ['userId', 'clientRequestId'] }],
});
export type ChatRow = InferEntity<typeof ChatRow>;

declare module '../shared/tables.js' {
  interface Tables {
    chatHistory: Omit<Columns<ChatRow>, 'citations'> & { citations: string };
  }
}

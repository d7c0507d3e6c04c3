import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../shared/tables.js';
import { UserRow } from './user.row.js';

/** One sign-in on one device, and the family of refresh tokens that descends from it. */
export const SessionRow = defineEntity({
  name: 'SessionRow',
  tableName: 'sessions',
  properties: {
    id: p.integer().primary(),
    userId: () => p.manyToOne(UserRow).mapToPk().fieldName('user_id').index(),
    createdAt: p.bigint('number'),
    lastUsedAt: p.bigint('number'),
    expiresAt: p.bigint('number'),
    /** Set by logout, by the reuse of a refresh token, and when the account is disabled. */
    endedAt: p.bigint('number').nullable(),
  },
});
export type SessionRow = InferEntity<typeof SessionRow>;

declare module '../shared/tables.js' {
  interface Tables {
    sessions: Columns<SessionRow>;
  }
}

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
    /** Set by logout, `revokeSession`, the reuse of a refresh token, a new password, and with the account's own end. */
    endedAt: p.bigint('number').nullable(),
    /** Of the last sign-in or refresh, cut to 200 characters. */
    userAgent: p.text().nullable(),
  },
});
export type SessionRow = InferEntity<typeof SessionRow>;

declare module '../shared/tables.js' {
  interface Tables {
    sessions: Columns<SessionRow>;
  }
}

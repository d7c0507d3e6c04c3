import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../shared/tables.js';
import { SessionRow } from './session.row.js';

/** A refresh token of a session, by its hash alone. Used ones stay until the session expires, to notice their reuse. */
export const RefreshTokenRow = defineEntity({
  name: 'RefreshTokenRow',
  tableName: 'refresh_tokens',
  properties: {
    id: p.integer().primary(),
    sessionId: () => p.manyToOne(SessionRow).mapToPk().fieldName('session_id').index(),
    /** SHA-256, base64url. */
    tokenHash: p.string().unique(),
    createdAt: p.bigint('number'),
    usedAt: p.bigint('number').nullable(),
  },
});
export type RefreshTokenRow = InferEntity<typeof RefreshTokenRow>;

declare module '../shared/tables.js' {
  interface Tables {
    refreshTokens: Columns<RefreshTokenRow>;
  }
}

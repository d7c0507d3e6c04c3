import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import type { Columns } from '../shared/tables.js';
import { ROLES } from './role.js';

/** An account. `credits` is the balance that the ledger in `credits/` keeps: nothing else writes it. */
export const UserRow = defineEntity({
  name: 'UserRow',
  tableName: 'users',
  properties: {
    id: p.integer().primary(),
    username: p.string(),
    /** The username in lower case: "Ada" and "ada" would pass for one another. */
    usernameKey: p.string().unique(),
    /** In lower case: the login compares without case. */
    email: p.string().unique(),
    passwordHash: p.string(),
    role: p.enum(ROLES),
    isActive: p.boolean(),
    credits: p.integer(),
    createdAt: p.bigint('number'),
    /** Set when the owner has deleted the account: the row has no name any more, and nobody can sign in to it. */
    deletedAt: p.bigint('number').nullable(),
  },
});
export type UserRow = InferEntity<typeof UserRow>;

declare module '../shared/tables.js' {
  interface Tables {
    users: Columns<UserRow>;
  }
}

import { Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from '../shared/date-time.js';
import type { SessionFields } from './session.queries.js';

@ObjectType({ simpleResolvers: true, description: 'One sign-in on one device, as the owner of the account sees it.' })
export class Session implements SessionFields {
  @Field(() => ID, { description: 'Give it to `revokeSession` to end the session.' })
  id!: number;

  @Field(() => DateTime, { description: 'When the account signed in.' })
  createdAt!: number;

  @Field(() => DateTime, { description: 'When it signed in or last refreshed: within 15 minutes of its last use.' })
  lastUsedAt!: number;

  @Field(() => DateTime, { description: 'When it ends unless it is refreshed before: 30 days after `lastUsedAt`.' })
  expiresAt!: number;

  @Field(() => Boolean, { description: 'Whether it is the session that asks.' })
  current!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'What the device said it is at its last sign-in or refresh: the first 200 characters of `User-Agent`.',
  })
  userAgent!: string | null;
}

import { Field, Int, ObjectType } from 'type-graphql';
import { Account } from './account.type.js';

@ObjectType({ simpleResolvers: true, description: 'A session that has begun or was refreshed.' })
export class AuthPayload {
  @Field({ description: 'Send it as `Authorization: Bearer <accessToken>`, over WebSocket in `connectionParams`.' })
  accessToken!: string;

  @Field({ description: 'Always `Bearer`.' })
  tokenType!: string;

  @Field(() => Int, { description: 'Seconds that the access token lives.' })
  expiresIn!: number;

  @Field({
    description:
      'Exchange it once with `refreshSession` for the next pair. Sent again within 10 s it gives the same successor; ' +
      'later it ends the session.',
  })
  refreshToken!: string;

  @Field(() => Account, { description: 'Who has signed in.' })
  user!: Account;
}

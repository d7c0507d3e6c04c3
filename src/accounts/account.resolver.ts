import { Arg, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Reads } from '../shared/reading.js';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from './access-token.js';
import { LoginInput, RegisterInput } from './account.input.js';
import { type AccountFields, ownAccount } from './account.queries.js';
import { login, register, type SignedIn } from './account.service.js';
import { Account } from './account.type.js';
import { AuthPayload } from './auth-payload.type.js';
import { changePassword } from './credentials.service.js';
import { deleteAccount } from './delete-account.service.js';
import { liveSessions, type SessionFields } from './session.queries.js';
import { endSession, revokeSession, rotateRefreshToken } from './session.service.js';
import { Session } from './session.type.js';

@Resolver()
export class AccountResolver {
  @Query(() => Account, { description: 'The signed-in account. `UNAUTHENTICATED` without a token.' })
  @Reads(ownAccount)
  me(@Ctx() ctx: RequestContext): Promise<AccountFields | undefined> {
    return ownAccount.find(ctx, requireViewer(ctx).id);
  }

  @Query(() => [Session], {
    description:
      'The sessions of the signed-in account that have not ended, the last used first; of more than 100 the last 100. ' +
      '`UNAUTHENTICATED` without a token.',
  })
  sessions(@Ctx() ctx: RequestContext): Promise<SessionFields[]> {
    return liveSessions(ctx, requireViewer(ctx));
  }

  @Mutation(() => AuthPayload, {
    description:
      'Makes an account and signs it in. `BAD_USER_INPUT` with the field, `EMAIL_TAKEN`, `USERNAME_TAKEN`, ' +
      '`RATE_LIMITED`.',
  })
  async register(@Arg('input') input: RegisterInput, @Ctx() ctx: RequestContext) {
    return payload(ctx, await register(ctx, input));
  }

  @Mutation(() => AuthPayload, {
    description:
      'Signs in. `INVALID_CREDENTIALS` for an unknown e-mail and a wrong password alike, `ACCOUNT_DISABLED`, ' +
      '`RATE_LIMITED`.',
  })
  async login(@Arg('input') input: LoginInput, @Ctx() ctx: RequestContext) {
    return payload(ctx, await login(ctx, input));
  }

  @Mutation(() => AuthPayload, {
    description:
      'Exchanges a refresh token for the next pair. `INVALID_TOKEN` means: sign in again. `ACCOUNT_DISABLED`, ' +
      '`RATE_LIMITED` (never for a valid token).',
  })
  async refreshSession(
    @Arg('refreshToken', { description: 'The last one that this session was given.' }) refreshToken: string,
    @Ctx() ctx: RequestContext,
  ) {
    return payload(ctx, await rotateRefreshToken(ctx, refreshToken));
  }

  @Mutation(() => Boolean, {
    description: 'Ends this session: its access and refresh tokens are worthless from now on. Gives `true`.',
  })
  async logout(@Ctx() ctx: RequestContext): Promise<boolean> {
    await endSession(ctx, requireViewer(ctx).sessionId);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Ends a session of the signed-in account, also the one that asks. Gives `true`. `NOT_FOUND` when it has ended or ' +
      'is another’s.',
  })
  async revokeSession(@Arg('id', () => ID) id: string, @Ctx() ctx: RequestContext): Promise<boolean> {
    await revokeSession(ctx, requireViewer(ctx).id, rowId(id) ?? -1);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Sets a new password and ends all other sessions of the account. Gives `true`. `INVALID_CREDENTIALS` for a wrong ' +
      'current one, `BAD_USER_INPUT` on `newPassword`, `RATE_LIMITED` as for `login`.',
  })
  async changePassword(
    @Arg('currentPassword', { description: 'What the account has now.' }) currentPassword: string,
    @Arg('newPassword', { description: '8 to 128 characters, none of the most common passwords.' }) newPassword: string,
    @Ctx() ctx: RequestContext,
  ): Promise<boolean> {
    await changePassword(ctx, currentPassword, newPassword);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Deletes the signed-in account for ever: its name, e-mail, password, questions and answers; what they cost is ' +
      'kept under no name. Running answers end as `CANCELLED`. Gives `true`. `INVALID_CREDENTIALS`, `CONFLICT` while ' +
      'the account has courses, `RATE_LIMITED` as for `login`.',
  })
  async deleteAccount(
    @Arg('password', { description: 'That of the account, once more.' }) password: string,
    @Ctx() ctx: RequestContext,
  ): Promise<boolean> {
    await deleteAccount(ctx, password);
    return true;
  }
}

function payload(ctx: RequestContext, { user, sessionId, refreshToken }: SignedIn) {
  return {
    accessToken: signAccessToken(ctx, user.id, sessionId),
    tokenType: 'Bearer',
    expiresIn: ACCESS_TOKEN_SECONDS,
    refreshToken,
    user,
  };
}

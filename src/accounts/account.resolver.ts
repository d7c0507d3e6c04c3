import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { type RequestContext, requireViewer } from '../shared/request-context.js';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from './access-token.js';
import { LoginInput, RegisterInput } from './account.input.js';
import { type AccountFields, findAccount } from './account.queries.js';
import { login, register, type SignedIn } from './account.service.js';
import { Account } from './account.type.js';
import { AuthPayload } from './auth-payload.type.js';
import { endSession, rotateRefreshToken } from './session.service.js';

@Resolver()
export class AccountResolver {
  @Query(() => Account, { description: 'The signed-in account. `UNAUTHENTICATED` without a token.' })
  me(@Ctx() ctx: RequestContext): Promise<AccountFields | undefined> {
    return findAccount(ctx, requireViewer(ctx).id);
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
      'Exchanges a refresh token for the next pair. `INVALID_TOKEN` means: sign in again. `ACCOUNT_DISABLED`.',
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

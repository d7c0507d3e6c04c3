import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { ownAccount } from '../accounts/account.queries.js';
import { Account } from '../accounts/account.type.js';
import { badInput, CodedError } from '../shared/coded-error.js';
import { ConnectionArgs } from '../shared/page.js';
import { Reads } from '../shared/reading.js';
import { type RequestContext, requireAdmin } from '../shared/request-context.js';
import { rowId } from '../shared/row-id.js';
import { AIUsageLogConnection } from './ai-usage-log.type.js';
import { creditHistory, usageHistory } from './credit.queries.js';
import { CreditEntryConnection } from './credit-entry.type.js';
import { GrantCreditsInput } from './grant-credits.input.js';
import { grant } from './ledger.service.js';

@Resolver()
export class CreditResolver {
  @Query(() => AIUsageLogConnection, { description: 'The viewer’s answered calls to a model, newest first.' })
  @Reads(usageHistory)
  aiUsage(@Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: RequestContext) {
    return usageHistory.page(ctx, args);
  }

  @Query(() => CreditEntryConnection, { description: 'The viewer’s ledger, newest first.' })
  @Reads(creditHistory)
  creditHistory(@Args(() => ConnectionArgs) args: ConnectionArgs, @Ctx() ctx: RequestContext) {
    return creditHistory.page(ctx, args);
  }

  @Mutation(() => Account, {
    description: 'Gives credits to an account. Administrators only: `FORBIDDEN`; `NOT_FOUND`, `BAD_USER_INPUT`.',
  })
  async grantCredits(@Arg('input') input: GrantCreditsInput, @Ctx() ctx: RequestContext) {
    const { id: actorId } = requireAdmin(ctx);
    const userId = rowId(input.userId);
    if (userId === null) throw new CodedError('NOT_FOUND', 'There is no such account.', { field: 'userId' });
    const reason = input.reason.trim();
    if (reason.length < 1 || reason.length > 500) throw badInput('reason', 'Give a reason of 1 to 500 characters.');
    await grant(ctx, userId, input.amount, reason, actorId);
    return ownAccount.find(ctx, userId);
  }
}

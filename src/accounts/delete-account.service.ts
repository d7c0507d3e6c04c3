import { transaction } from '../shared/app.js';
import type { RequestContext } from '../shared/request-context.js';
import { invalidCredentials, requireOwnPassword } from './credentials.service.js';
import { SessionRow } from './session.row.js';
import { endSessions } from './session.service.js';
import { UserRow } from './user.row.js';

/**
 * Takes from the viewer's account all that says who it was, and ends its sessions. The row stays without a name, for
 * usage and ledger to hang on; other slices answer `accountDeleted` for what they keep.
 * @throws INVALID_CREDENTIALS, RATE_LIMITED, CONFLICT while the account has courses
 */
export async function deleteAccount(ctx: RequestContext, password: string): Promise<void> {
  const { id, passwordHash } = await requireOwnPassword(ctx, password);
  await transaction(ctx, async (em) => {
    await ctx.statements.within(em).lock('users', id);
    await ctx.hooks.announce(ctx, em, 'accountDeleted', { userId: id });
    const forgotten = await em.nativeUpdate(
      UserRow,
      { id, passwordHash, deletedAt: null },
      {
        // Nobody can register any of them: an e-mail has an @, a username no space.
        email: `deleted ${id}`,
        username: `deleted ${id}`,
        usernameKey: `deleted ${id}`,
        passwordHash: '',
        isActive: false,
        deletedAt: ctx.clock.now(),
      },
    );
    if (forgotten === 0) throw invalidCredentials();
    await endSessions(ctx, em, { userId: id });
    await em.nativeUpdate(SessionRow, { userId: id }, { userAgent: null });
  });
}

import { batched, byKey } from '../shared/batch.js';
import { type Connection, type PageArgs, readPageById } from '../shared/page.js';
import type { RequestContext } from '../shared/request-context.js';
import type { Columns } from '../shared/tables.js';
import type { CreditEntryRow } from './credit-entry.row.js';
import type { UsageRow } from './usage.row.js';

/** The viewer's ledger, newest first. */
export function creditHistory(
  ctx: RequestContext,
  userId: number,
  args: PageArgs,
): Promise<Connection<Columns<CreditEntryRow>>> {
  const rows = ctx.read.selectFrom('creditEntries').where('userId', '=', userId).selectAll();
  return readPageById(args, rows, 'id', 'desc');
}

/** The viewer's answered calls to a model, newest first. */
export function usageHistory(
  ctx: RequestContext,
  userId: number,
  args: PageArgs,
): Promise<Connection<Columns<UsageRow>>> {
  const rows = ctx.read.selectFrom('aiUsageLogs').where('userId', '=', userId).selectAll();
  return readPageById(args, rows, 'id', 'desc');
}

export const usageByChat = batched(async (ctx, chatIds: readonly number[]) => {
  const rows = await ctx.read.selectFrom('aiUsageLogs').selectAll().where('chatId', 'in', chatIds).execute();
  return byKey(rows, (row) => row.chatId as number);
});

import type { EntityManager } from '@mikro-orm/sql';
import type { App } from '../shared/app.js';
import { ChatRow } from './chat.row.js';

/**
 * Empties the questions and answers of a deleted account, in the deletion's transaction; the rows stay, for usage and
 * ledger to name. Running answers are asked to stop: their text is needed to settle them, and their ending, which sees
 * the emptied question, writes none of it.
 */
export async function forgetAsker(app: App, em: EntityManager, userId: number): Promise<void> {
  const question = { message: '', timestampVideo: null, timestampSeconds: null, clientRequestId: null };
  await em.nativeUpdate(ChatRow, { userId }, question);
  await em.nativeUpdate(ChatRow, { userId, status: { $ne: 'STREAMING' } }, { response: '', citations: [] });
  await em.nativeUpdate(
    ChatRow,
    { userId, status: 'STREAMING', cancelRequestedAt: null },
    { cancelRequestedAt: app.clock.now() },
  );
}

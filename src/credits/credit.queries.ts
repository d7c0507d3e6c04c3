import { toOne } from '../shared/relation.js';
import { newestFirst, pageRead } from '../shared/root-read.js';
import { source } from '../shared/source.js';

const entries = source('creditEntries', [
  'id',
  'amount',
  'balanceAfter',
  'reason',
  'chatId',
  'jobId',
  'note',
  'createdAt',
]);

const usages = source('aiUsageLogs', [
  'id',
  'chatId',
  'jobId',
  'audioSeconds',
  'provider',
  'model',
  'tokensInput',
  'tokensOutput',
  'source',
  'createdAt',
]);

/** The viewer's ledger, newest first. */
export const creditHistory = pageRead({ source: entries, owner: 'userId' }, { order: newestFirst });

/** The viewer's answered calls to a model, newest first. */
export const usageHistory = pageRead({ source: usages, owner: 'userId' }, { order: newestFirst });

/** What an answer took. */
export const usageOfChat = toOne(usages, 'id', 'chatId');

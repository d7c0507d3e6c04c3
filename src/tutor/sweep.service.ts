import { sql } from 'kysely';
import type { App } from '../shared/app.js';
import { Statement } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import { STREAMING } from './chat.row.js';
import { endAnswer, INTERRUPTED } from './ending.service.js';
import { loadTokenizer } from './token-count.js';

const AT_ONCE = 100;

/**
 * Ends as INTERRUPTED every answer that has outlived its lease: the process that generated it is dead, or was paused
 * for so long that it will find its lease gone. Charged is the text that was delivered.
 */
export async function endOrphans(app: App): Promise<void> {
  const orphans = await app.statements.read(outlived, {});
  for (const { id, leaseNumber, response, promptTokens } of orphans) {
    const count = response === '' ? null : await loadTokenizer();
    const ended = await endAnswer(app, id, leaseNumber ?? 0, {
      status: 'INTERRUPTED',
      failure: INTERRUPTED,
      response: null,
      truncated: false,
      citations: [],
      usage: count && { tokensInput: promptTokens, tokensOutput: count(response), source: 'ESTIMATED' },
    });
    if (ended) app.log.warn({ chatId: id }, 'ended an answer that its process had left');
  }
}

type Orphan = Pick<Tables['chatHistory'], 'id' | 'leaseNumber' | 'response' | 'promptTokens'>;

const outlived = new Statement<object, Orphan>((db, _, { nowMs }) =>
  db
    .selectFrom('chatHistory')
    .select(['id', 'leaseNumber', 'response', 'promptTokens'])
    .where('status', '=', STREAMING)
    .where('leaseExpiresAt', '<', nowMs)
    .limit(sql.lit(AT_ONCE)),
);

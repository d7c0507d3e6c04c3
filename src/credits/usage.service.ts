import type { EntityManager } from '@mikro-orm/sql';
import type { App } from '../shared/app.js';
import { only, Statement, type Writing } from '../shared/statement.js';
import type { Tables } from '../shared/tables.js';
import { type USAGE_SOURCES, UsageRow } from './usage.row.js';

/** What a call to a model took. */
export interface Usage {
  tokensInput: number;
  tokensOutput: number;
  source: (typeof USAGE_SOURCES)[number];
}

/** No model has a larger context; a provider that reports more is mistaken. */
const MOST_TOKENS = 10_000_000;

/** Whole numbers of tokens within reason; what was reported beyond is logged. */
export function plausibleUsage(app: App, usage: Usage): Usage {
  const clamp = (tokens: number) => Math.min(Math.max(Math.round(Number(tokens)) || 0, 0), MOST_TOKENS);
  const plausible = { ...usage, tokensInput: clamp(usage.tokensInput), tokensOutput: clamp(usage.tokensOutput) };
  if (plausible.tokensInput !== usage.tokensInput || plausible.tokensOutput !== usage.tokensOutput) {
    app.log.warn({ reported: usage }, 'the provider reported an absurd usage: clamped');
  }
  return plausible;
}

/** Logs a call, in the transaction that ends its answer. */
export async function recordUsage(
  app: App,
  tx: Writing,
  call: { userId: number; chatId: number; provider: string; model: string },
  usage: Usage,
): Promise<void> {
  await tx.run(insertUsage, { ...call, ...usage, createdAt: app.clock.now() });
}

/** Logs the calls of a transcription, in the transaction that ends its job; a job that is tried again has one row. */
export async function recordSpeechUsage(
  app: App,
  em: EntityManager,
  calls: { userId: number; jobId: number; provider: string; model: string },
  usage: Usage & { audioSeconds: number },
): Promise<void> {
  const { jobId } = calls;
  if ((await em.nativeUpdate(UsageRow, { jobId }, usage)) > 0) return;
  await em.insert(UsageRow, { ...calls, ...usage, createdAt: app.clock.now() });
}
const NEW = ['userId', 'chatId', 'provider', 'model', 'tokensInput', 'tokensOutput', 'source', 'createdAt'] as const;

const insertUsage = new Statement<Pick<Tables['aiUsageLogs'], (typeof NEW)[number]>>((db, usage) =>
  db.insertInto('aiUsageLogs').values(only(usage, NEW) as Tables['aiUsageLogs']),
);

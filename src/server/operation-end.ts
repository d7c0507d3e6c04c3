import type { GraphQLFormattedError } from 'graphql';
import { addressKey } from '../shared/address-key.js';
import type { App } from '../shared/app.js';
import { ErrorCode } from '../shared/coded-error.js';
import type { OutcomeCode, Transport } from '../shared/metrics.js';
import type { RequestContext } from '../shared/request-context.js';

/** What of an operation is counted and logged: names of the schema, never a word of the client's. */
export interface OperationFacts {
  /** The field at its root; `several` for different ones, `__typename` for nothing else, `none` for no operation. */
  label: string;
  fields: readonly string[];
}

const NO_OPERATION: OperationFacts = { label: 'none', fields: [] };

/** @param roots the names of the fields at the operation's root */
export function factsOf(roots: readonly string[]): OperationFacts {
  const fields = [...new Set(roots)].filter((name) => name !== '__typename');
  return { label: fields.length > 1 ? 'several' : (fields[0] ?? '__typename'), fields };
}

/** The code that a client reads first; OK without errors. */
export function codeOf(errors: readonly GraphQLFormattedError[] | undefined): OutcomeCode {
  const [first] = errors ?? [];
  if (!first) return 'OK';
  const code = String(first.extensions?.code);
  return Object.hasOwn(ErrorCode, code) ? (code as OutcomeCode) : 'INTERNAL_SERVER_ERROR';
}

/** Who is told of in the log. */
export type Asker = Pick<RequestContext, 'requestId' | 'address' | 'viewer'>;

/**
 * Counts an operation that has ended, and logs it when it was refused: called once for each, where its answer is
 * known. Both transports end here.
 */
export function endOperation(
  ctx: RequestContext,
  transport: Transport,
  operation: OperationFacts | null,
  code: OutcomeCode,
): void {
  ctx.ended = true;
  endRequest(ctx, ctx, transport, { operation, code, ms: ctx.clock.monotonic() - ctx.startedAt });
}

/** The same for what was refused before it had a context. */
export function endRequest(
  app: App,
  { requestId, address, viewer }: Asker,
  transport: Transport,
  { operation, code, ms }: { operation: OperationFacts | null; code: OutcomeCode; ms: number },
): void {
  const { label, fields } = operation ?? NO_OPERATION;
  app.metrics.request(transport, label, code, ms);
  // What went wrong with us has a line of its own, with the error.
  if (code === 'OK' || code === 'INTERNAL_SERVER_ERROR') return;
  const viewerId = viewer?.id ?? null;
  app.refusals.tell({ code, transport, address: addressKey(address), viewerId, requestId, fields });
}

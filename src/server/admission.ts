import { countMutations } from '../accounts/throttles.js';
import { addressKey } from '../shared/address-key.js';
import type { App } from '../shared/app.js';
import { createRate } from '../shared/rate.js';
import type { RequestContext } from '../shared/request-context.js';
import { tokenFaultOf } from './context.js';
import type { Admissible } from './documents.js';
import { checkBodySize, checkCost, checkVariables, LIMITS } from './limits.js';

/** What an operation costs beside what it may, and what is left of the minute; null where no rate is set. */
export interface Admitted {
  cost: number;
  limit: number;
  remaining: number | null;
  resetSeconds: number | null;
}

export interface Admission {
  /**
   * Holds an operation of a valid document against all that may refuse it before it runs, the same for both transports.
   * @returns what it costs
   * @throws UNAUTHENTICATED, PAYLOAD_TOO_LARGE, QUERY_TOO_COMPLEX or RATE_LIMITED
   */
  admit(
    ctx: RequestContext,
    operation: Admissible,
    variables: Record<string, unknown> | null | undefined,
  ): Promise<number>;
  /** What is said of the cost to who asks for it. */
  describe(ctx: RequestContext, cost: number): Promise<Admitted>;
}

export function createAdmission(app: App): Admission {
  // Per account, or per address of nobody.
  const costs = createRate(app, { name: 'cost', points: app.config.rates.cost, seconds: 60, what: 'fields asked for' });
  const keyOf = ({ viewer, address }: RequestContext) => (viewer ? `account ${viewer.id}` : addressKey(address));
  return {
    async admit(ctx, operation, variables) {
      const { roots, isMutation } = operation;
      const fault = tokenFaultOf(ctx, roots);
      if (fault) throw fault;
      checkBodySize(ctx.bodyBytes, roots);
      checkVariables(variables);
      const cost = operation.costOf(variables);
      checkCost(cost);
      if (cost > 0 && costs.limited) await costs.take(keyOf(ctx), cost);
      if (isMutation) await countMutations(ctx, roots);
      return cost;
    },
    async describe(ctx, cost) {
      const left = await costs.left(keyOf(ctx));
      return {
        cost,
        limit: LIMITS.cost,
        remaining: left?.events ?? null,
        resetSeconds: left?.seconds ?? null,
      };
    },
  };
}

import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { countMutations } from '../accounts/throttles.js';
import { addressKey } from '../shared/address-key.js';
import type { App } from '../shared/app.js';
import { createRate } from '../shared/rate.js';
import type { RequestContext } from '../shared/request-context.js';
import { tokenFaultOf } from './context.js';
import { checkBodySize, checkCost } from './limits.js';
import { fragmentsOf, rootFields } from './operation.js';

export type Admit = (
  ctx: RequestContext,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | null | undefined,
) => Promise<void>;

/**
 * What a valid document's operation is held against before it runs, the same for HTTP and WebSocket.
 * @returns a function that throws UNAUTHENTICATED, PAYLOAD_TOO_LARGE, QUERY_TOO_COMPLEX or RATE_LIMITED
 */
export function createAdmission(app: App, schema: GraphQLSchema): Admit {
  // Per account, or per address of nobody.
  const costs = createRate(app.clock, app.config.rates.cost, 60, 'fields asked for');
  return async (ctx, document, operation, variables) => {
    const fault = tokenFaultOf(ctx, document, operation);
    if (fault) throw fault;
    checkBodySize(ctx, document, operation);
    const cost = checkCost(schema, document, operation, variables);
    if (cost > 0) await costs.take(ctx.viewer ? `account ${ctx.viewer.id}` : addressKey(ctx.address), cost);
    if (operation.operation !== 'mutation') return;
    const names = rootFields(operation, fragmentsOf(document)).map(({ name }) => name.value);
    await countMutations(ctx, names);
  };
}

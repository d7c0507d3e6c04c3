import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { OperationResult, ServerOptions, SubscribePayload } from 'graphql-ws';
import type { Extra } from 'graphql-ws/use/ws';
import type { App } from '../shared/app.js';
import type { RequestContext } from '../shared/request-context.js';
import { type Asker, codeOf, endOperation, endRequest, type OperationFacts } from './operation-end.js';
import { toPublicError } from './public-error.js';

type Hooks = Required<
  Pick<ServerOptions<Record<string, unknown> | undefined, Extra>, 'onOperation' | 'onNext' | 'onError' | 'onComplete'>
>;

interface Running {
  asker: Asker;
  startedAt: number;
  operation: OperationFacts | null;
  ctx: RequestContext | null;
  /** Of what is no stream. */
  result: ExecutionResult | null;
  isStream: boolean;
  failed: boolean;
}

/**
 * The operations of sockets, from message to end: masks what clients are told of errors, and counts each operation
 * once, when it has its answer, is refused, or has sent the first of its stream; of a stream also how it ends.
 */
export class SocketOperations {
  /** By the payload of the message that asked, which graphql-ws hands to each hook. */
  readonly #running = new WeakMap<SubscribePayload, Running>();
  /** What of a refusal the client is told; masked once, since a masked error may be logged with an id. */
  readonly #told = new WeakMap<readonly GraphQLError[], readonly GraphQLFormattedError[]>();

  constructor(private readonly app: App) {}

  readonly hooks: Hooks = {
    onOperation: (_socket, _id, payload, _args, result) => {
      const running = this.#running.get(payload);
      if (!running) return;
      running.isStream = isStream(result);
      if (!running.isStream) running.result = result as ExecutionResult;
    },
    onNext: (_socket, _id, payload, _args, result) => {
      const told = result.errors && this.#mask(result.errors);
      this.#answered(payload, told ?? []);
      return told ? { ...result, errors: told } : (result as Omit<ExecutionResult, 'errors'>);
    },
    onError: (_socket, _id, payload, errors) => {
      const told = this.#told.get(errors) ?? this.#mask(errors);
      const running = this.#running.get(payload);
      if (running) running.failed = true;
      this.#answered(payload, told);
      return told;
    },
    onComplete: (socket, id, payload) => {
      const running = this.#running.get(payload);
      if (!running) return;
      // Its client did not wait for the first result.
      if (!running.ctx?.ended) this.#answered(payload, this.#mask(running.result?.errors ?? []));
      this.#running.delete(payload);
      if (!running.isStream) return;
      // A client that has left has taken its operation out of the socket's.
      const end = running.failed ? 'FAILED' : id in socket.subscriptions ? 'COMPLETED' : 'LEFT';
      this.app.metrics.subscriptionEnded(running.operation?.label ?? 'none', end);
    },
  };

  begin(payload: SubscribePayload, asker: Asker): void {
    const startedAt = this.app.clock.monotonic();
    this.#running.set(payload, {
      asker,
      startedAt,
      operation: null,
      ctx: null,
      result: null,
      isStream: false,
      failed: false,
    });
  }

  /** Its document is valid, and it is known who asks. */
  known(payload: SubscribePayload, ctx: RequestContext, operation: OperationFacts): void {
    const running = this.#running.get(payload);
    if (!running) return;
    running.ctx = ctx;
    running.operation = operation;
  }

  /** Ends it before it ran. Counted here and not in `onError`, which a client that has left already never gets to. */
  refuse(payload: SubscribePayload, errors: readonly GraphQLError[]): readonly GraphQLError[] {
    const told = this.#mask(errors);
    this.#told.set(errors, told);
    const running = this.#running.get(payload);
    if (running) this.#end(running, told);
    this.#running.delete(payload);
    return errors;
  }

  /** The first of a stream has been sent past graphql-ws. */
  answered(payload: SubscribePayload): void {
    this.#answered(payload, []);
  }

  #mask(errors: readonly GraphQLError[]): GraphQLFormattedError[] {
    return errors.map((error) => toPublicError(error, this.app));
  }

  /** Counts an operation with its first result; what follows of a stream changes nothing. */
  #answered(payload: SubscribePayload, told: readonly GraphQLFormattedError[]): void {
    const running = this.#running.get(payload);
    if (running && !running.ctx?.ended) this.#end(running, told);
  }

  #end({ asker, startedAt, operation, ctx }: Running, told: readonly GraphQLFormattedError[]): void {
    const code = codeOf(told);
    if (ctx) endOperation(ctx, 'websocket', operation, code);
    else endRequest(this.app, asker, 'websocket', { operation, code, ms: this.app.clock.monotonic() - startedAt });
  }
}

function isStream(result: OperationResult): boolean {
  return Symbol.asyncIterator in result;
}

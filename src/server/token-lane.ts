import type { Socket as TcpSocket } from 'node:net';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type OperationDefinitionNode,
  subscribe,
} from 'graphql';
// biome-ignore lint/style/noRestrictedImports: a type alone
import type { WebSocket } from 'ws';
import { AnswerFeed, type PieceReader } from '../tutor/answer-feed.js';
import { compileTokenWriter, type TokenWriter } from './token-frame.js';

/** An operation, and where its results go. */
export interface SocketOperation extends ExecutionArgs {
  operation: OperationDefinitionNode;
  /** The client's name for it. */
  id: string;
  socket: WebSocket;
  tcp: TcpSocket;
}

/**
 * `subscribe` of graphql-js, but that the tokens of an answer go to the socket by themselves, as frames of which only
 * place and text are new: what is left for graphql-ws to pull are the events that are no tokens. It sends those after
 * them, ends the operation and stops it at the client's word, as it does with any other.
 */
export async function subscribeOverSocket(
  operation: SocketOperation,
): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const { schema, document, variableValues } = operation;
  const write = compileTokenWriter(schema, document, operation.operation, variableValues);
  if (!write) return subscribe(operation);
  const source = await createSourceEventStream(operation);
  return source instanceof AnswerFeed ? new TokenLane(operation, source, write) : (source as ExecutionResult);
}

/** The results of a stream of an answer. Its tokens have left by the time that a result is given. */
class TokenLane implements AsyncGenerator<ExecutionResult, void, void>, PieceReader {
  readonly #head: string;
  readonly #chatId: string;

  constructor(
    private readonly operation: SocketOperation,
    private readonly feed: AnswerFeed,
    private readonly write: TokenWriter,
  ) {
    this.#head = `{"id":${JSON.stringify(operation.id)},"type":"next","payload":`;
    this.#chatId = String(feed.chatId);
  }

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    const rootValue = await this.feed.readTo(this);
    if (!rootValue) return { value: undefined, done: true };
    return { value: await execute({ ...this.operation, rootValue }), done: false };
  }

  /** The reader takes as much as its connection takes; the rest comes as one piece when that has drained. */
  ready(again: () => void): boolean {
    const { tcp } = this.operation;
    if (!tcp.writableNeedDrain) return true;
    afterDrain(tcp, again);
    return false;
  }

  take(offset: number, text: string): void {
    const { socket } = this.operation;
    if (socket.readyState === socket.OPEN) socket.send(`${this.#head}${this.write(this.#chatId, offset, text)}}`);
  }

  async return(): Promise<IteratorResult<ExecutionResult, void>> {
    await this.feed.return();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<never> {
    return this.feed.throw(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.feed.return();
  }
}

const waitingForDrain = new WeakMap<TcpSocket, Set<() => void>>();

/** Calls back once when the connection has drained: one listener for all operations of a socket. */
function afterDrain(tcp: TcpSocket, call: () => void): void {
  const waiting = waitingForDrain.get(tcp) ?? new Set();
  if (waiting.size === 0) {
    waitingForDrain.set(tcp, waiting);
    tcp.once('drain', () => {
      waitingForDrain.delete(tcp);
      for (const each of waiting) each();
    });
  }
  waiting.add(call);
}

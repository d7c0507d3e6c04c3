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
import { AnswerFeed } from '../tutor/answer-feed.js';
import type { PieceReader } from '../tutor/piece-reader.js';
import type { Pacer } from './pacer.js';
import { compileTokenFrame, type TokenWriter } from './token-frame.js';

/** An operation, and where its results go. */
export interface SocketOperation extends ExecutionArgs {
  operation: OperationDefinitionNode;
  pacer: Pacer;
  /** The client's name for it. */
  id: string;
  socket: WebSocket;
  tcp: TcpSocket;
  /** Called when a token has been sent. */
  answered(): void;
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
  const frame = compileTokenFrame(schema, document, operation.operation, variableValues);
  if (!frame) return subscribe(operation);
  const source = await createSourceEventStream(operation);
  if (!(source instanceof AnswerFeed)) return source as ExecutionResult;
  const before = `{"id":${JSON.stringify(operation.id)},"type":"next","payload":`;
  return new TokenLane(operation, source, frame(source.chatId, before, '}'));
}

/** The results of a stream of an answer. Its tokens have left by the time that a result is given. */
class TokenLane implements AsyncGenerator<ExecutionResult, void, void>, PieceReader {
  /** Nobody waits for the first word longer than for the model. */
  #isFirst = true;

  constructor(
    private readonly operation: SocketOperation,
    private readonly feed: AnswerFeed,
    private readonly write: TokenWriter,
  ) {}

  async next(): Promise<IteratorResult<ExecutionResult, void>> {
    const rootValue = await this.feed.readTo(this);
    if (!rootValue) return { value: undefined, done: true };
    return { value: await execute({ ...this.operation, rootValue }), done: false };
  }

  /** The reader takes as much as its connection takes; the rest comes as one piece when that has drained. */
  ready(again: () => void): boolean {
    const { tcp, pacer } = this.operation;
    if (!tcp.writableNeedDrain) return this.#isFirst || pacer.mayLeave(again);
    afterDrain(tcp, again);
    return false;
  }

  take(offset: number, text: string): void {
    const { socket, tcp } = this.operation;
    if (socket.readyState === socket.OPEN) tcp.write(textFrame(this.write(offset, text)));
    if (this.#isFirst) this.operation.answered();
    this.#isFirst = false;
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

/**
 * A frame of text (RFC 6455, 5.2) in one piece. `ws` writes head and payload as two, which costs twice as much; nothing of its
 * own is ever under way between two frames, since what is sent here is neither compressed nor cut.
 */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = 0x81;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, head);
  return frame;
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

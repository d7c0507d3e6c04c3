import WebSocket from 'ws';
import { afterTest } from '../support/server.js';

export interface Message {
  type: string;
  id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sends; the test says what it must be
  payload?: any;
}

/** A socket without the manners of a client library: what it receives is all that the server has sent. */
export class RawSocket {
  readonly received: Message[] = [];
  readonly #socket: WebSocket;
  #read = 0;
  #wake = Promise.withResolvers<void>();
  /** Code and reason with which the server closed it, or the error that kept it from opening. */
  readonly closed: Promise<{ code: number; reason: string; error?: string }>;
  readonly opened: Promise<void>;

  constructor(url: string, { path = '/graphql', protocols = ['graphql-transport-ws'] } = {}) {
    const socket = new WebSocket(url.replace('http', 'ws') + path, protocols);
    this.#socket = socket;
    this.opened = new Promise((resolve) => socket.once('open', () => resolve()));
    let error: string | undefined;
    socket.on('error', ({ message }) => {
      error = message;
    });
    socket.on('message', (data) => {
      this.received.push(JSON.parse(String(data)));
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: String(reason), ...(error && { error }) }));
    });
    afterTest(async () => socket.terminate());
  }

  /** Opens, and is acknowledged, as a signed-in viewer when a token is given. */
  static async connect(url: string, token?: string): Promise<RawSocket> {
    const socket = new RawSocket(url);
    await socket.init(token === undefined ? undefined : { authorization: `Bearer ${token}` });
    await socket.next('connection_ack');
    return socket;
  }

  async init(payload?: object): Promise<void> {
    await this.opened;
    this.send({ type: 'connection_init', ...(payload && { payload }) });
  }

  subscribe(id: string, query: string, facts: { variables?: object; operationName?: string } = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, ...facts } });
  }

  send(message: object | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next unread message of that type, as soon as it is there; others before it are passed over. */
  async next(type: string): Promise<Message> {
    let end: object | undefined;
    for (;;) {
      while (this.#read < this.received.length) {
        const message = this.received[this.#read++] as Message;
        if (message.type === type) return message;
      }
      if (end) throw new Error(`the socket was closed without a message "${type}": ${JSON.stringify(end)}`);
      const closed = this.closed.then((facts) => {
        end = facts;
      });
      await Promise.race([this.#wake.promise, closed]);
    }
  }

  /** Resolves with the server's next ping, which is answered. */
  ping(): Promise<void> {
    return new Promise((resolve) => this.#socket.once('ping', () => resolve()));
  }

  /** All that was sent for an operation. */
  answers(id: string): Message[] {
    return this.received.filter((message) => message.id === id);
  }

  close(): void {
    this.#socket.close();
  }
}

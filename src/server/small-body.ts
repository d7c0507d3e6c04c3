import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a request to `/graphql` may take to arrive. */
export const ARRIVES_WITHIN_MS = 30_000;
const LOOK_FOR_LATE_MS = 1000;

/** Bodies of known and modest length, read whole; those that do not come in time are answered with 408. */
export class SmallBodies {
  readonly #arriving = new Map<IncomingMessage, { since: number; response: ServerResponse }>();
  readonly #timer = setInterval(() => this.#endLate(), LOOK_FOR_LATE_MS).unref();

  /** Calls `done` when the body is there; never when the client leaves before. */
  read(request: IncomingMessage, response: ServerResponse, done: (body: Buffer) => void): void {
    const chunks: Buffer[] = [];
    this.#arriving.set(request, { since: performance.now(), response });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (!this.#arriving.delete(request)) return;
      done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    });
    request.on('close', () => this.#arriving.delete(request));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #endLate(): void {
    const now = performance.now();
    for (const [request, { since, response }] of this.#arriving) {
      if (now - since < ARRIVES_WITHIN_MS) return;
      this.#arriving.delete(request);
      refuseLate(request, response);
    }
  }
}

/** 408, and the end of the connection. */
export function refuseLate(request: IncomingMessage, response: ServerResponse): void {
  const message = 'The request did not arrive within 30 seconds.';
  response.writeHead(408, { 'content-type': 'application/json; charset=utf-8', connection: 'close' });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] }), () => request.destroy());
}

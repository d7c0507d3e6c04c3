import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a request to `/graphql` may take to arrive. */
export const ARRIVES_WITHIN_MS = 30_000;
const LOOK_FOR_LATE_MS = 1000;

/** Bodies of known and modest length, read whole; those that do not come in time are answered with 408. */
export class SmallBodies {
  readonly #arriving = new Map<IncomingMessage, { since: number; response: ServerResponse }>();
  readonly #timer = setInterval(() => this.#endLate(), LOOK_FOR_LATE_MS).unref();

  /** Calls `done` when the body is there; never when the client leaves before. */
  read(request: IncomingMessage, response: ServerResponse, length: number, done: (body: Buffer) => void): void {
    // Most come with their headers, in one packet: then there is nothing to wait for, and no listener to pay.
    process.nextTick(() => {
      const body: Buffer | null = request.read(length);
      if (body) return done(body);
      this.#arriving.set(request, { since: performance.now(), response });
      request.on('close', () => this.#arriving.delete(request));
      request.on('readable', () => {
        const whole: Buffer | null = this.#arriving.has(request) ? request.read(length) : null;
        if (!whole) return;
        this.#arriving.delete(request);
        done(whole);
      });
    });
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

import { createLectern, type Lectern, type LecternOptions, memoryTokens, type TokenStore } from '@lectern/client';
import type { Person } from '../support/people.js';
import { afterTest } from '../support/server.js';

export interface TestClient {
  lectern: Lectern;
  tokens: TokenStore;
  /** Names of the operations that were sent over HTTP, in order. */
  sent: string[];
  /** Variables of the subscriptions that were sent over sockets, in order. */
  followed: { [name: string]: unknown }[];
}

/** A client as an application makes it, and what it sends; signed in when somebody is named. */
export function clientOf(url: string, who?: Person, options: Partial<LecternOptions> = {}): TestClient {
  const tokens = options.tokens ?? memoryTokens(who && tokensOf(who));
  const sent: string[] = [];
  const followed: TestClient['followed'] = [];
  const fetch = options.fetch ?? globalThis.fetch;
  class RecordingWebSocket extends WebSocket {
    override send(data: string): void {
      const { type, payload } = JSON.parse(data);
      if (type === 'subscribe') followed.push(payload.variables);
      super.send(data);
    }
  }
  const lectern = createLectern({
    webSocket: RecordingWebSocket,
    ...options,
    url,
    tokens,
    fetch(input, init) {
      sent.push(/(?:query|mutation) (\w+)/.exec(JSON.parse(String(init?.body)).query)?.[1] ?? '?');
      return fetch(input, init);
    },
  });
  afterTest(async () => lectern.close());
  return { lectern, tokens, sent, followed };
}

/** A session as a store keeps it; fresh, as far as the client knows. */
export function tokensOf({ token, refreshToken, id }: Person, expiresAt = Date.now() + 900_000) {
  return { accessToken: token, refreshToken, expiresAt, userId: id };
}

import WebSocket from 'ws';

/** A WebSocket for a client library, and the means to break what it has opened as a lost network would. */
export function trackedSockets() {
  const open = new Set<WebSocket>();
  class TrackedWebSocket extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      open.add(this);
      this.once('close', () => open.delete(this));
    }
  }
  return {
    webSocketImpl: TrackedWebSocket,
    lose(): void {
      for (const socket of open) socket.terminate();
    },
  };
}

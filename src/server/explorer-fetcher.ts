import type { DocumentNode } from 'graphql';

interface Params {
  query: string;
  operationName?: string | null;
  variables?: unknown;
}

/**
 * How GraphiQL sends an operation: queries and mutations by POST, subscriptions over graphql-transport-ws with the
 * Headers pane as `connectionParams`, which GraphiQL's own client leaves out. It runs in the browser, written into
 * the page as text: it may use nothing of this module.
 */
export function explorerFetcher(params: Params, how: { headers?: Record<string, string>; documentAST?: DocumentNode }) {
  const operations = (how.documentAST?.definitions ?? []).filter((each) => each.kind === 'OperationDefinition');
  const operation = operations.find((each) => each.name?.value === params.operationName) ?? operations[0];
  const url = new URL('/graphql', location.href);

  async function post(): Promise<unknown> {
    const headers = { 'content-type': 'application/json', ...how.headers };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(params) });
    return response.json();
  }

  async function* subscribe(): AsyncGenerator<unknown> {
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url, 'graphql-transport-ws');
    const received: unknown[] = [];
    let over = false;
    let wake = () => {};
    const send = (message: object) => socket.send(JSON.stringify(message));
    socket.onopen = () => send({ type: 'connection_init', payload: how.headers ?? {} });
    socket.onclose = ({ code, reason }) => {
      if (!over) received.push({ errors: [{ message: `The socket was closed: ${code} ${reason}` }] });
      over = true;
      wake();
    };
    socket.onmessage = ({ data }) => {
      const { type, payload } = JSON.parse(data);
      if (type === 'ping') send({ type: 'pong' });
      if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: params });
      if (type === 'next') received.push(payload);
      if (type === 'error') received.push({ errors: payload });
      over ||= type === 'error' || type === 'complete';
      wake();
    };
    try {
      for (;;) {
        while (received.length > 0) yield received.shift();
        if (over) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      over = true;
      socket.close();
    }
  }

  return operation?.kind === 'OperationDefinition' && operation.operation === 'subscription' ? subscribe() : post();
}

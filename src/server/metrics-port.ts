import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { App } from '../shared/app.js';
import { METRICS_TYPE } from '../shared/metrics.js';

const CONNECTIONS_AT_MOST = 50;

/** Where `/metrics` is served without a token: whoever reaches this port may read it. */
export interface MetricsPort {
  url: string;
  close(): Promise<void>;
}

/** Listens at METRICS_HOST and METRICS_PORT, apart from what clients can reach; null when no port is set. */
export async function openMetricsPort({ config, metrics, log }: App): Promise<MetricsPort | null> {
  const { host, port } = config.metrics;
  if (port === null) return null;
  const server = createServer({ headersTimeout: 5000, requestTimeout: 5000 }, async (request, response) => {
    const send = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') {
      return send(404, JSON_TYPE, refusal('NOT_FOUND', 'There is nothing here but GET /metrics.'));
    }
    try {
      send(200, METRICS_TYPE, await metrics.scrape());
    } catch (error) {
      log.error({ err: error }, 'metrics could not be read');
      send(500, JSON_TYPE, refusal('INTERNAL_SERVER_ERROR', 'The metrics could not be read: see the log.'));
    }
  });
  server.maxConnections = CONNECTIONS_AT_MOST;
  // Its own: processes that share their main port would take turns at this one too.
  server.listen({ port, host, exclusive: true });
  await once(server, 'listening');
  const { address, port: taken, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}/metrics`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const JSON_TYPE = 'application/json; charset=utf-8';

function refusal(code: string, message: string): string {
  return JSON.stringify({ errors: [{ message, extensions: { code } }] });
}

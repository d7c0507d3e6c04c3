import { expect } from '@jest/globals';
import type { TestServer } from '../support/server.js';

/** Serves `/metrics` on a free port of its own. */
export const METRICS = { METRICS_PORT: '0' };

/** What Prometheus would read: a value for each series, as `name{label="value"}`. */
export async function scrape({ metricsUrl }: Pick<TestServer, 'metricsUrl'>): Promise<Record<string, number>> {
  const response = await fetch(metricsUrl ?? '');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** The series of one name, as `values of its labels` and number. */
export async function counts(server: TestServer, name: string): Promise<Record<string, number>> {
  const found = Object.entries(await scrape(server)).filter(([series]) => series.startsWith(`${name}{`));
  const labels = (series: string) => [...series.matchAll(/="([^"]*)"/g)].map(([, value]) => value).join(' ');
  return Object.fromEntries(found.map(([series, value]) => [labels(series), value]));
}

/** Reads again until something holds: what ends on the server's side alone has nothing else to wait for. */
export async function scrapeUntil(
  server: TestServer,
  holds: (series: Record<string, number>) => boolean,
): Promise<Record<string, number>> {
  for (;;) {
    const series = await scrape(server);
    if (holds(series)) return series;
  }
}

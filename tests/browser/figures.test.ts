import { expect, it } from '@jest/globals';
import { describeInBrowser } from '../support/browser.js';
import { learnerSchool, openPage } from './learner.js';

const MOST_BYTES = 150_000;
const MOST_MS = 1000;

describeInBrowser('what the page costs', () => {
  it('is less than 150 kB of scripts and styles up to the player, and less than a second to the first paint', async () => {
    const { server, lessonId } = await learnerSchool();
    const page = await openPage({ extraHTTPHeaders: { 'accept-encoding': 'gzip' } });
    const sizes = new Map<string, number>();
    page.on('response', async (response) => {
      const { pathname } = new URL(response.url());
      if (/\.(?:js|css)$/.test(pathname)) sizes.set(pathname, Number(await response.headerValue('content-length')));
    });

    await page.goto(server.url);
    await page.locator('.card').waitFor();
    const paints = await page.evaluate(() =>
      Object.fromEntries(performance.getEntriesByType('paint').map(({ name, startTime }) => [name, startTime])),
    );
    const largest = await page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
            type: 'largest-contentful-paint',
            buffered: true,
          });
        }),
    );
    const sum = () => [...sizes.values()].reduce((all, each) => all + each, 0);
    const catalogue = sum();
    await page.goto(`${server.url}/lessons/${lessonId}`);
    await page.locator('video').waitFor();
    const firstPaint = paints['first-contentful-paint'] ?? Number.POSITIVE_INFINITY;
    process.stdout.write(
      `page: first contentful paint ${Math.round(firstPaint)} ms, largest ${Math.round(largest)} ms; ` +
        `gzipped scripts and styles ${catalogue} bytes for the catalogue, ${sum()} with the player\n`,
    );

    expect(firstPaint).toBeLessThan(MOST_MS);
    expect(sum()).toBeLessThan(MOST_BYTES);
    expect(catalogue).toBeGreaterThan(10_000);
  });
});

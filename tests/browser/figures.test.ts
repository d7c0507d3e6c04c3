import { expect, it } from '@jest/globals';
import { describeInBrowser } from '../support/browser.js';
import { learnerSchool, openPage } from './learner.js';

const MOST_BYTES = 150_000;
const MOST_MS = 1000;

describeInBrowser('what the page costs', () => {
  it('is less than 150 kB of scripts and styles up to the player, and less than a second to the first paint', async () => {
    const { server, lessonId } = await learnerSchool();
    // Each in a browser of its own, which has nothing of the page. The best counts: the machine does other things too.
    const paints = [await paintsOf(server.url), await paintsOf(server.url), await paintsOf(server.url)];
    const page = await openPage({ extraHTTPHeaders: { 'accept-encoding': 'gzip' } });
    const sizes = new Map<string, number>();
    page.on('response', async (response) => {
      const { pathname } = new URL(response.url());
      if (/\.(?:js|css)$/.test(pathname)) sizes.set(pathname, Number(await response.headerValue('content-length')));
    });

    await page.goto(server.url);
    await page.locator('.card').waitFor();
    const sum = () => [...sizes.values()].reduce((all, each) => all + each, 0);
    const catalogue = sum();
    await page.goto(`${server.url}/lessons/${lessonId}`);
    await page.locator('video').waitFor();
    const best = paints.reduce((one, other) => (other.first < one.first ? other : one));
    const all = paints.map(({ first, courses }) => `${first}/${courses}`).join(', ');
    process.stdout.write(
      `page: first contentful paint/courses shown after ${all} ms; ` +
        `gzipped scripts and styles ${catalogue} bytes for the catalogue, ${sum()} with the player\n`,
    );

    expect(best.first).toBeLessThan(MOST_MS);
    expect(best.courses).toBeLessThan(2 * MOST_MS);
    expect(sum()).toBeLessThan(MOST_BYTES);
    expect(catalogue).toBeGreaterThan(10_000);
  });
});

/** Milliseconds from the start of the navigation to the first contentful paint, and to the catalogue. */
async function paintsOf(url: string): Promise<{ first: number; courses: number }> {
  const page = await openPage();
  await page.goto(url);
  await page.locator('.card').waitFor();
  const [courses, first] = await page.evaluate(() => [
    performance.now(),
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.POSITIVE_INFINITY,
  ]);
  return { first: Math.round(first ?? 0), courses: Math.round(courses ?? 0) };
}

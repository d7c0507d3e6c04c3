import { expect, it } from '@jest/globals';
import type { Tokens } from '@lectern/client';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser, startSite } from '../support/browser.js';
import { describeWith } from '../support/media.js';
import { student } from '../support/people.js';
import { startTestServer } from '../support/server.js';
import { bundled } from './bundled.js';
import { tokensOf } from './clients.js';

/** What the page's script leaves for the test to call. */
interface Tab {
  lectern: import('@lectern/client').Lectern;
  heard: (string | null)[];
}

/** Two tabs of a page that keeps its session in localStorage, and the refreshes that they send. */
async function twoTabs(prepare: string) {
  const site = await startSite();
  const server = await startTestServer({ env: { CORS_ORIGINS: site.origin } });
  const sam = await student(server);
  site.show(`<!doctype html><title>Tab</title><script>${prepare}; ${bundled('iife').replaceAll('</script', '<\\/script')}
    const lectern = client.createLectern({ url: '${server.url}', tokens: client.localStorageTokens() });
    const heard = [];
    lectern.onSession((userId) => heard.push(userId));
    window.tab = { lectern, heard };</script>`);
  const context = await (await openBrowser()).newContext();
  const refreshes: string[] = [];
  context.on('request', (request) => {
    if (request.postData()?.includes('RefreshSession')) refreshes.push(request.url());
  });
  const tabs = [await open(context, site.origin), await open(context, site.origin)] as const;
  const keep = (tokens: Tokens) =>
    tabs[0].evaluate((text) => localStorage.setItem('lectern', text), JSON.stringify(tokens));
  return { server, sam, tabs, refreshes, keep };
}

async function open(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(origin);
  return page;
}

/** Six operations at once. */
const ask = (page: Page) =>
  page.evaluate(async () => {
    const { lectern } = (window as unknown as { tab: Tab }).tab;
    const answers = await Promise.all(Array.from({ length: 6 }, () => lectern.me()));
    return answers.map(({ username }) => username);
  });

const SIX = Array.from({ length: 6 }, () => 'sam');

describeWith(['chromium'], 'two tabs of one session', () => {
  // A browser may show a tab a moment late what another has stored: the server then gives both the same successor.
  it('refresh once for both, where the browser has Web Locks, in one of three times at least', async () => {
    const { sam, tabs, refreshes, keep } = await twoTabs('');
    await keep(tokensOf(sam, 0));
    for (let times = 0; times < 3; times++) {
      expect(await Promise.all(tabs.map(ask))).toEqual([SIX, SIX]);
      await tabs[0].evaluate(() => {
        const tokens = JSON.parse(localStorage.getItem('lectern') ?? '{}');
        localStorage.setItem('lectern', JSON.stringify({ ...tokens, expiresAt: 0 }));
      });
    }
    expect(refreshes.length).toBeLessThan(6);
  });

  it('stay signed in where it has none', async () => {
    const { sam, tabs, refreshes, keep } = await twoTabs(
      "Object.defineProperty(navigator, 'locks', { value: undefined })",
    );
    await keep(tokensOf(sam, 0));
    expect(await Promise.all(tabs.map(ask))).toEqual([SIX, SIX]);
    expect(refreshes.length).toBeLessThanOrEqual(2);
    expect(await Promise.all(tabs.map(ask))).toEqual([SIX, SIX]);
  });

  it('take what is no session of ours for none', async () => {
    const { tabs } = await twoTabs('');
    for (const text of ['5', 'null', '{"accessToken":"a"}', 'not JSON']) {
      await tabs[0].evaluate((text) => localStorage.setItem('lectern', text), text);
      const userId = await tabs[0].evaluate(() => (window as unknown as { tab: Tab }).tab.lectern.userId());
      expect(userId).toBeNull();
    }
  });

  it('hear of each other’s signing out', async () => {
    const { sam, tabs, keep } = await twoTabs('');
    await keep(tokensOf(sam));
    await tabs[0].evaluate(() => (window as unknown as { tab: Tab }).tab.lectern.signOut());
    await tabs[1].waitForFunction(() => (window as unknown as { tab: Tab }).tab.heard.includes(null));
    const refusal = await tabs[1].evaluate(() =>
      (window as unknown as { tab: Tab }).tab.lectern.me().catch(({ code }: { code: string }) => code),
    );
    expect(refusal).toBe('UNAUTHENTICATED');
  });
});

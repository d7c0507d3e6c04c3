import { expect, it } from '@jest/globals';
import type { Tokens } from '@lectern/client';
import type { BrowserContext, Page } from 'playwright-core';
import { openBrowser, startSite } from '../support/browser.js';
import { ok } from '../support/client.js';
import { RefreshSessionDocument } from '../support/generated/graphql.js';
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

/** Waits until a tab is shown what another has stored. */
const seesTokens = (page: Page, expiresAt: number) =>
  page.waitForFunction(
    (expiresAt) => JSON.parse(localStorage.getItem('lectern') ?? '{}').expiresAt === expiresAt,
    expiresAt,
  );

/** Six operations at once. */
const ask = (page: Page) =>
  page.evaluate(async () => {
    const { lectern } = (window as unknown as { tab: Tab }).tab;
    const answers = await Promise.all(Array.from({ length: 6 }, () => lectern.me()));
    return answers.map(({ username }) => username);
  });

const SIX = Array.from({ length: 6 }, () => 'sam');

describeWith(['chromium'], 'two tabs of one session', () => {
  it('wait for each other’s refresh, where the browser has Web Locks', async () => {
    const { server, sam, tabs, refreshes, keep } = await twoTabs('');
    const [first, second] = tabs;
    await keep(tokensOf(sam, 0));
    await first.evaluate(
      () =>
        new Promise<void>((held) => {
          void navigator.locks.request('lectern', () => {
            held();
            return new Promise<void>((release) => Object.assign(window, { release }));
          });
        }),
    );
    await seesTokens(second, 0);
    const answers = ask(second);
    await second.waitForFunction(async () => (await navigator.locks.query()).pending?.length === 1);
    const { refreshSession } = await ok(server.url, RefreshSessionDocument, sam);
    const { accessToken: token, refreshToken } = refreshSession;
    const fresh = tokensOf({ ...sam, token, refreshToken });
    await keep(fresh);
    await seesTokens(second, fresh.expiresAt);
    await first.evaluate(() => (window as unknown as { release(): void }).release());
    expect(await answers).toEqual(SIX);
    expect(refreshes).toEqual([]);
  });

  // A browser may show a tab a moment late what another has stored: the server then gives both the same successor.
  it.each([
    ['where the browser has Web Locks', ''],
    ['where it has none', "Object.defineProperty(navigator, 'locks', { value: undefined })"],
  ])('stay signed in when both refresh at once, %s', async (_, prepare) => {
    const { sam, tabs, refreshes, keep } = await twoTabs(prepare);
    await keep(tokensOf(sam, 0));
    await seesTokens(tabs[1], 0);
    expect(await Promise.all(tabs.map(ask))).toEqual([SIX, SIX]);
    expect([1, 2]).toContain(refreshes.length);
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

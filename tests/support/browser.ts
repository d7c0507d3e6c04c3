import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';
import { afterTest } from './server.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** `describe` where there is a Chromium; elsewhere the suite is left out, and says why. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM)) {
    describe(name, tests);
    return;
  }
  process.stderr.write(`left out: "${name}" needs ${CHROMIUM}, or CHROMIUM set to another\n`);
  describe.skip(name, tests);
}

/** The machine's own Chromium, without a window; closed after the test. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
      ...['--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    ],
  });
  afterTest(() => browser.close());
  return browser;
}

/** A site of its own origin that serves one page. */
export async function startSite(): Promise<{ origin: string; show(html: string): void }> {
  let page = '';
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(html) {
      page = html;
    },
  };
}

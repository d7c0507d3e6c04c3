import { expect, it } from '@jest/globals';
import { describeInBrowser } from '../support/browser.js';
import { runNode } from '../support/process.js';
import { temporaryFolder } from '../support/server.js';
import { openPage } from './learner.js';

/** As `npm run demo` starts it, after the builds. */
async function startDemo() {
  const demo = runNode(['dist/demo.js'], { DATA_DIR: temporaryFolder(), PORT: '0' });
  const [, url = ''] = await demo.printed(/Lectern is at (http:\S+)/);
  await demo.printed(/mutation \{ login/);
  return { url, output: demo.output() };
}

describeInBrowser('a newcomer to the demo', () => {
  it('signs in by the printed address, asks a lecture a question, and jumps to the cited second', async () => {
    const { output } = await startDemo();
    const page = await openPage();
    const begun = performance.now();

    await page.goto(/http:\S+#email=\S+/.exec(output)?.[0] ?? '');
    await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('link', { name: /How Computers Find Things/ }).click();
    await page.getByRole('link', { name: /What searching costs/ }).click();
    await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1);
    await page.getByLabel('Position in the lecture').fill('760');
    await page.getByLabel('Your question').fill('Why is 10,000 divided by 490 here?');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Jump to 12:34' }).click();
    await page.waitForFunction(() => Math.floor(document.querySelector('video')?.currentTime ?? 0) === 754);

    const seconds = Math.round((performance.now() - begun) / 1000);
    process.stdout.write(`a newcomer, once the page is open: ${seconds} s to the cited second\n`);
    expect(page.faults).toEqual([]);
  });

  it('runs the printed question in GraphiQL, and sees the answer come', async () => {
    const { url, output } = await startDemo();
    expect(output).toContain(`${url}/graphql`);
    const page = await openPage();
    await page.goto(`${url}/graphql`);

    await page.getByRole('button', { name: /Execute query/ }).click();
    const response = page
      .getByRole('region', { name: /response|result/i })
      .or(page.locator('.result-window'))
      .first();
    await response.getByText('TutorToken').first().waitFor();
    await response.getByText('TutorDone').waitFor();

    expect(await response.textContent()).toContain('COMPLETED');
  });
});

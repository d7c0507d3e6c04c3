import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describeInBrowser } from '../support/browser.js';
import { ROOT } from '../support/process.js';
import { answerIs, ask, learnerSchool, openPage, signIn } from './learner.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Written by `npm run screenshots`. */
const PICTURES = join(ROOT, 'docs/screenshots');
const PICTURED = [
  'lesson-light',
  'lesson-dark',
  'lesson-phone',
  'catalogue-light',
  'search-dark',
  'teach-course-light',
];
const ANSWER = [
  'Sorting costs about **10,000** comparisons once. “So every search saves 490, and the 10,000 must be earned back first” [12:34].\n\n',
  '- Without sorting a search costs 500 comparisons on average [12:24].\n',
  '- “From the 21st search on, the sorting has paid for itself” [12:50].\n',
];

/** Rules of WCAG 2.2, A and AA, and good practice: what axe finds serious or critical, by screen. */
async function seriousFaults(page: Page): Promise<string[]> {
  // Moving colours would be measured half way.
  await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${new URL(page.url()).pathname} ${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

const KINDS = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 }, locale: 'en-US' },
  { name: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 }, locale: 'id-ID' },
  { name: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 }, locale: 'en-US' },
] as const;

describeInBrowser('the main screens', () => {
  it.each(KINDS)('have nothing that axe finds serious: $name', async ({ name, ...look }) => {
    const { server, model, teacher, courseId, lessonId } = await learnerSchool();
    model.always((call) => call.say(...ANSWER).finish());
    const page = await openPage({ ...look, reducedMotion: 'reduce' });
    const faults: string[] = [];
    const lookAt = async (screen: string) => {
      faults.push(...(await seriousFaults(page)));
      const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (width > 0) faults.push(`${screen} is ${width} pixels too wide`);
      if (!process.env.SCREENSHOTS || !PICTURED.includes(`${screen}-${name}`)) return;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: join(PICTURES, `${screen}-${name}.png`) });
    };

    await page.goto(`${server.url}/?q=binary`);
    await page.locator('.moments mark').first().waitFor();
    await lookAt('search');
    await page.goto(`${server.url}/courses/${courseId}`);
    await page.locator('.lessons a').waitFor();
    await lookAt('course');
    await page.goto(`${server.url}/sign-in`);
    await lookAt('sign-in');
    await page.locator('input[name=email]').fill(teacher.email);
    await page.locator('input[name=password]').fill('a quiet library');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${server.url}/`);
    await page.locator('.card').waitFor();
    await lookAt('catalogue');
    await page.goto(`${server.url}/lessons/${lessonId}?t=760`);
    await page.waitForFunction(() => document.querySelector('video')?.currentTime === 760);
    await page.locator('.composer textarea').fill('Why is 10,000 divided by 490 here?');
    await page.keyboard.press('Enter');
    await page.locator('.answer button.moment').first().waitFor();
    await page.locator('.marks button').waitFor();
    await lookAt('lesson');
    await page.goto(`${server.url}/teach`);
    await page.locator('.taught a').first().waitFor();
    await lookAt('teach');
    await page.goto(`${server.url}/teach/${courseId}`);
    await page.locator('.order details').first().click();
    await lookAt('teach-course');

    expect(faults).toEqual([]);
    expect(page.faults).toEqual([]);
  });

  it('work by keys alone', async () => {
    const { server, model, lessonId, sam } = await learnerSchool();
    const page = await openPage();
    await signIn(page, server.url, sam, `/lessons/${lessonId}`);
    const press = async (key: string, until: string) => {
      for (let presses = 0; presses < 60; presses++) {
        await page.keyboard.press(key);
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), until)) return;
      }
      throw new Error(`${until} is not reached by ${key}`);
    };
    await press('Tab', '.timeline input');
    await page.keyboard.press('ArrowRight');
    await page.getByText('About 00:01').waitFor();
    // The transcript's moments come before the tutor: the shortest way to it is backwards from the end.
    await page.locator('.transcript summary').focus();
    await page.keyboard.press('Enter');
    await press('Tab', '.composer textarea');
    await page.keyboard.type('Why?');
    await page.keyboard.press('Enter');
    const call = await model.nextCall();
    call.say('Because.').finish();

    await answerIs(page, 'Because.');
    await ask(page, 'And?');
    (await model.nextCall()).say('So.').finish();
    await answerIs(page, 'So.');
  });
});
